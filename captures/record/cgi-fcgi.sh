#!/usr/bin/env bash
# Records cgi-fcgi, the command-line client of libfcgi, asking php-fpm on TCP port 9000 and libfcgi on 8000.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"

ask() { # ask PORT SCRIPT METHOD [NAME=VALUE...]: cgi-fcgi hands its environment on as params, its input as STDIN
    local port=$1 script=$2 method=$3
    shift 3
    env -i SCRIPT_FILENAME="$script" SCRIPT_NAME="${script#/srv/www}" REQUEST_URI="${script#/srv/www}" \
        REQUEST_METHOD="$method" SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 "$@" \
        /usr/bin/cgi-fcgi -bind -connect "127.0.0.1:$port" >/dev/null || true
}

cgi_fcgi() { # php-fpm's own ping and status pages, which people watch it by, and a POST
    php_fpm 127.0.0.1:9000
    record cgi-fcgi.pcap 'tcp port 9000'
    ask 9000 /ping GET </dev/null
    ask 9000 /status GET QUERY_STRING=json </dev/null
    printf 'user=alice&password=correct+horse' |
        ask 9000 /srv/www/hello.php POST CONTENT_LENGTH=33 CONTENT_TYPE=application/x-www-form-urlencoded
    finish
    stop
}

large_environment() { # over 20 kB of variables, one a line; cgi-fcgi cuts PARAMS at 8,184 bytes, in mid-pair
    local number
    for number in $(seq -w 99); do
        echo "HTTP_X_SETTING_$number=$(seq -s ' ' -f "$number-%03.0f" 29)"
    done
}

cgi_fcgi_split_pair() { # php-fpm, which decodes each PARAMS record alone, gives up after the first
    local variables
    mapfile -t variables < <(large_environment)
    php_fpm 127.0.0.1:9000
    record cgi-fcgi-split-pair.pcap 'tcp port 9000'
    ask 9000 /srv/www/hello.php GET "${variables[@]}" </dev/null
    finish
    stop
}

cgi_fcgi_libfcgi() { # libfcgi joins the records first, and answers
    local variables
    mapfile -t variables < <(large_environment)
    gcc -O2 -Wall -o /srv/app "$here/app.c" -lfcgi
    serve 8000 /srv/app :8000
    record cgi-fcgi-libfcgi.pcap 'tcp port 8000'
    ask 8000 /srv/www/hello GET "${variables[@]}" </dev/null
    finish
    stop
}

scenarios=(cgi_fcgi cgi_fcgi_split_pair cgi_fcgi_libfcgi)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; done
