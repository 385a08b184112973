#!/usr/bin/env bash
# Records Apache httpd: mod_proxy_fcgi in front of an application on libfcgi and of php-fpm, and
# mod_authnz_fcgi in front of an authorizer.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"
# shellcheck source=web.sh
source "$here/web.sh"

access_log='time:%{sec}t.%{usec_frac}t\tclient:%a\tmethod:%m\turi:%U%q\tstatus:%>s\tbytes:%B\trequest_us:%D'

# Apache puts its PATH among the params. mod_proxy_fcgi can be told to leave it out; mod_authnz_fcgi cannot.
apache() { # apache NAME CONFIGURATION: Apache on port 80 with these lines, its logs beside the capture NAME
    cat >/srv/apache.conf <<END
ServerRoot /srv
ServerName www.example
Listen 127.0.0.1:80
PidFile /run/apache.pid
User www-data
Group www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so
LoadModule authnz_fcgi_module /usr/lib/apache2/modules/mod_authnz_fcgi.so
DocumentRoot /srv/www
ErrorLog $captures/$1.error.log
LogFormat "$access_log" ltsv
CustomLog $captures/$1.access.log ltsv
$2
END
    rm -f "$captures/$1".{access,error}.log
    serve 80 env PATH=/usr/bin:/bin /usr/sbin/apache2 -DFOREGROUND -f /srv/apache.conf
}

build() { gcc -O2 -Wall -o "/srv/$1" "$here/$1.c" -lfcgi; }

fcgi() { # a single GET to an application on libfcgi
    build app
    serve 8000 /srv/app :8000
    apache fcgi 'ProxyFCGISetEnvIf true !PATH
ProxyPass "/" "fcgi://127.0.0.1:8000/"'
    record fcgi.pcap 'tcp port 8000'
    get '/hello?name=World&lang=en'
    finish
    stop
}

apache_before_php() { # apache_before_php NAME [LINE]: Apache with this line and php-fpm, and the capture NAME begun
    php_fpm 127.0.0.1:9000
    apache "$1" 'ProxyFCGISetEnvIf true !PATH
<FilesMatch "\.php$">
    SetHandler "proxy:fcgi://127.0.0.1:9000"
</FilesMatch>'"
${2:-}"
    record "$1.pcap" 'tcp port 9000'
}

apache_php() { # a POST, a GET with over 16 kB of params, a script that is not there, one that fails
    apache_before_php apache-php
    get /hello.php --data 'user=alice&password=correct+horse'
    local pages
    pages=$(seq -s . -f page%04.0f 780)
    get /hello.php --header "X-Seen: $pages" --header "X-Kept: $pages" --header "X-Read: $pages"
    get /no-such-page.php
    get /fatal.php
    finish
    stop
}

apache_dropped_param() { # queries of 15 and 17 kB: what would be a param of over 16 kB Apache leaves out
    apache_before_php apache-dropped-param 'LimitRequestLine 40000'
    get "/hello.php?pages=$(seq -s . -f page%04.0f 1700)"
    get "/hello.php?pages=$(seq -s . -f page%04.0f 1900)"
    finish
    stop
}

apache_upload() { # a PUT of 61,000 bytes
    apache_before_php apache-upload
    numbered_lines 1000 >/srv/report.txt
    get /upload.php --upload-file /srv/report.txt
    finish
    stop
}

apache_authorizer() { # who is it, and may they? both asked of an application in the role of an Authorizer
    build authorizer
    serve 8000 /srv/authorizer :8000
    apache apache-authorizer 'AuthnzFcgiDefineProvider authn passwords fcgi://127.0.0.1:8000/
AuthnzFcgiDefineProvider authz staff fcgi://127.0.0.1:8000/
<Location />
    AuthType Basic
    AuthName staff
    AuthBasicProvider passwords
    Require staff
</Location>'
    echo 'for the staff' >/srv/www/rota.txt
    record apache-authorizer.pcap 'tcp port 8000'
    get /rota.txt --user 'alice:correct horse'
    get /rota.txt --user 'bob:battery staple'
    get /rota.txt --user 'alice:guess'
    finish
    stop
}

scenarios=(fcgi apache_php apache_dropped_param apache_upload apache_authorizer)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; done
