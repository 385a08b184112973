#!/usr/bin/env bash
# Records Caddy in front of php-fpm.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"

caddy_php_fpm() { # a GET, a form, an upload of 100 kB, a page that is not there
    record caddy-php-fpm.pcap 'tcp port 9000'
    get '/hello.php?name=World'
    get '/hello.php' --data 'name=World&lang=en'
    get '/hello.php' --data-binary @/srv/large --header 'Content-Type: application/octet-stream'
    get '/status.php?code=404'
    finish
}

caddy_truncated_param() { # a header of 100 kB, of which Caddy passes on 65,481 bytes
    record caddy-truncated-param.pcap 'tcp port 9000'
    echo "X-Large: $(cat /srv/large)" >/srv/header
    get '/hello.php' --header @/srv/header
    finish
}

head -c 100000 /dev/zero | tr '\0' 'x' >/srv/large
cat >/srv/Caddyfile <<END
{
    admin off
    auto_https off
}
http://www.example {
    root * /srv/www
    php_fastcgi 127.0.0.1:9000
}
END
php_fpm 127.0.0.1:9000
serve 80 env HOME=/tmp caddy run --config /srv/Caddyfile --adapter caddyfile
scenarios=(caddy_php_fpm caddy_truncated_param)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; done
