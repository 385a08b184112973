#!/usr/bin/env bash
# Records FastCGI among other traffic: on several ports, and other traffic on FastCGI's own port.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=hosts.sh
source "$here/hosts.sh"
scenarios=(noise mixed_port)
stage "$@"

certificate() { # certificate: of www.example.test, by itself, in /srv
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=www.example.test \
        -keyout /srv/key.pem -out /srv/certificate.pem 2>/dev/null
}

# shellcheck disable=SC2016 # the variables are nginx's
noise() { # HTTP on 8080 and 8081, TLS on 8443, FastCGI on 9000 and 9001, and four protocols more
    local nginx_more='
        upstream other { server 127.0.0.1:9001; }
        server {
            listen 8081;
            listen 8443 ssl;
            ssl_certificate /srv/certificate.pem;
            ssl_certificate_key /srv/key.pem;
            root /srv/www;
            location / {
                include /etc/nginx/fastcgi_params;
                fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
                fastcgi_pass other;
            }
        }'
    certificate
    php_fpm_at 127.0.0.1 9000
    php_fpm_at 127.0.0.1 9001
    nginx_to 127.0.0.1:9000
    capture noise.pcap lo tcp
    get 1 20
    python3 "$tools/noise.py" &
    local talk=$!
    post 60
    curl -fsSk -o /dev/null https://127.0.0.1:8443/lines.php?lines=30
    curl -fsS -o /dev/null http://127.0.0.1:8081/lines.php?lines=10
    get 150 2
    wait "$talk"
    hang_up
    end_capture noise.pcap
    keep noise.pcap
}

mixed_port() { # port 9000 of 127.0.0.1 is php-fpm, of 127.0.0.2 a web server, of 127.0.0.3 the same with TLS
    local nginx_more='
        server {
            listen 127.0.0.2:9000;
            listen 127.0.0.3:9000 ssl;
            ssl_certificate /srv/certificate.pem;
            ssl_certificate_key /srv/key.pem;
            root /srv/www;
        }'
    certificate
    php_fpm_at 127.0.0.1 9000
    seq -f 'line %06.0f of a page that is only a file' 100 >/srv/www/page.txt
    nginx_to 127.0.0.1:9000
    capture mixed-port.pcap lo 'tcp port 9000'
    get 1 20
    curl -fsS -o /dev/null 'http://127.0.0.2:9000/page.txt?[1-3]'
    post 60
    curl -fsSk -o /dev/null 'https://127.0.0.3:9000/page.txt?[1-3]'
    curl -sS -o /dev/null http://127.0.0.1:9000/index.php || true  # HTTP and
    curl -sSk -o /dev/null https://127.0.0.1:9000/index.php || true # TLS, to php-fpm
    get 150 2
    hang_up
    end_capture mixed-port.pcap
    keep mixed-port.pcap
}

"$1"
