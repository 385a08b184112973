"""The servers whose traffic is recorded: a kind in, what they read and their commands out."""

import os
from glob import glob
from pathlib import Path
from string import Template
from typing import NamedTuple

from tests.bench.programs import PORT

PAGE = "<?php $any = crc32($_SERVER['REQUEST_URI']); {} echo str_repeat('{}', $times);"
TEXT = "The order of the customer is in the cart. "
TIMES = {
    "small.php": "$times = $any % 72;",
    "logged.php": "$times = $any % 72; error_log('PHP Warning: the cart is old');",
    "large.php": "$times = 200 + $any % 950;",
}
"""How often each page says the text: up to 3 kB of it, 8 to 48 kB of it."""

SITE = """
local count = 0
request = function()
    count = count + 1
    return wrk.format("GET", "/articles/" .. count * 7919 % 5000 .. "?id=" .. count .. "&q=tax")
end
"""
"""What wrk asks for: no URI comes twice."""

FPM = """
[global]
error_log = /dev/stderr
[www]
user = www-data
group = www-data
listen = 127.0.0.1:$fpm
pm = static
pm.max_children = 8
"""

NGINX = """
daemon off;
pid $folder/nginx.pid;
error_log stderr crit;
events { }
http {
    access_log off;
    upstream kept { server 127.0.0.1:$fpm; keepalive 8; }
    server {
        listen 127.0.0.1:$port;
        location / {
            %s
        }
    }
}
"""

APACHE = """
ServerName localhost
PidFile $folder/apache.pid
ErrorLog /dev/stderr
Listen 127.0.0.1:$port
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so
User www-data
Group www-data
DocumentRoot $folder
FallbackResource /small.php
<Files "*.php">
    SetHandler "proxy:fcgi://127.0.0.1:$fpm"
</Files>
"""

LIGHTTPD = """
server.document-root = "$folder"
server.bind = "127.0.0.1"
server.port = $port
server.modules = ("mod_rewrite", "mod_fastcgi")
url.rewrite-once = ("^/articles/(.*)" => "/small.php/$$1")
fastcgi.server = (".php" => (("host" => "127.0.0.1", "port" => $fpm)))
"""

CADDY = """
{
    admin off
    auto_https off
}
http://127.0.0.1:$port {
    root * $folder
    php_fastcgi 127.0.0.1:$fpm {
        index small.php
    }
}
"""


class Server(NamedTuple):
    """A web server: its program, what that is called with, and what it reads."""

    program: str
    arguments: str
    configuration: str


def nginx(page: str, *directives: str) -> Server:
    """nginx that asks php-fpm for a page, whatever the URI."""
    script = f"fastcgi_param SCRIPT_FILENAME $folder/{page};"
    location = "\n            ".join((*directives, script))
    return Server("nginx", "-e stderr -c $file", NGINX % location)


PARAMS = "include /etc/nginx/fastcgi_params;"
"""nginx's own parameters; its fastcgi.conf says SCRIPT_FILENAME as well."""
PASS = "fastcgi_pass 127.0.0.1:$fpm;"

SERVERS = {
    "nginx": nginx("small.php", PARAMS, PASS),
    "kept": nginx("small.php", PARAMS, "fastcgi_pass kept;", "fastcgi_keep_conn on;"),
    "repeated": nginx(
        "small.php",
        "include /etc/nginx/fastcgi.conf;",
        'fastcgi_param PHP_VALUE "memory_limit=64M\nupload_max_filesize=32M";',
        PASS,
    ),
    "warnings": nginx("logged.php", PARAMS, PASS),
    "pages": nginx("large.php", PARAMS, PASS),
    "apache": Server("apache2", "-DFOREGROUND -f $file", APACHE),
    "lighttpd": Server("lighttpd", "-D -f $file", LIGHTTPD),
    "caddy": Server("caddy", "run --adapter caddyfile --config $file", CADDY),
}
"""Kind -> who stands before php-fpm; `repeated` says SCRIPT_FILENAME twice, as many sites do."""


def found(name: str) -> str:
    """Where a program is, or nothing; php-fpm's name ends with its version."""
    folders = [*os.get_exec_path(), "/usr/sbin"]
    pattern = "php-fpm*" if name == "php-fpm" else name
    paths = (path for folder in folders for path in glob(f"{folder}/{pattern}"))
    return next(paths, "")


def commands(kind: str, folder: Path, port: int) -> "tuple[list[str], list[str]]":
    """php-fpm's, and the web server's on this port; writes what they and wrk read."""
    server = SERVERS[kind]
    places = {"folder": folder, "port": port, "fpm": PORT, "file": folder / "web.conf"}

    def filled(text: str) -> str:
        return Template(text).substitute(places)

    for name, times in TIMES.items():
        (folder / name).write_text(PAGE.format(times, TEXT))
    (folder / "site.lua").write_text(SITE)
    (folder / "fpm.conf").write_text(filled(FPM))
    (folder / "web.conf").write_text(filled(server.configuration))
    fpm = [found("php-fpm"), "--nodaemonize", "--fpm-config", str(folder / "fpm.conf")]
    return fpm, [found(server.program), *filled(server.arguments).split()]
