# shellcheck shell=bash disable=SC2154 # lib.sh sets here
# Sourced after lib.sh: our own client and the small applications that the recordings of peers share.

converse() { # converse APPLICATION SCENARIO PORT: record the scene of that name in peers/client_APPLICATION.py
    record "${2//_/-}.pcap" "tcp port $3"
    python3 -B "$here/peers/client_$1.py" "$2" "$3"
    finish
}

libfcgi_responder() { # libfcgi_responder PORT: responder.c, given its listening socket by spawn-fcgi
    gcc -O2 -Wall -o /srv/responder "$here/peers/responder.c" -lfcgi
    serve "$1" spawn-fcgi -n -a 127.0.0.1 -p "$1" -- /srv/responder
}

go_responder() { # go_responder PORT: responder.go
    GO111MODULE=off GOCACHE=/tmp/go CGO_ENABLED=0 go build -trimpath -o /srv/go-responder "$here/peers/responder.go"
    serve "$1" /srv/go-responder "$1"
}

nginx_to() { # nginx_to PORT [DIRECTIVE...]: nginx on port 80, every request to the application on PORT
    local port=$1
    shift
    cat >/srv/nginx.conf <<END
daemon off;
pid /run/nginx.pid;
error_log /tmp/nginx.log;
events {}
http {
    access_log off;
    client_body_temp_path /tmp/nginx-body;
    fastcgi_temp_path /tmp/nginx-fastcgi;
    proxy_temp_path /tmp/nginx-proxy;
    uwsgi_temp_path /tmp/nginx-uwsgi;
    scgi_temp_path /tmp/nginx-scgi;
    server {
        listen 127.0.0.1:80;
        server_name www.example;
        root /srv/www;
        location / {
            include /etc/nginx/fastcgi.conf;
            fastcgi_pass 127.0.0.1:$port;
            $*
        }
    }
}
END
    serve 80 nginx -c /srv/nginx.conf -e /tmp/nginx.log
}

get() { # get PATH [CURL OPTION...]: one HTTP request to the web server on port 80, whatever it answers
    local path=$1
    shift
    curl --silent --show-error --output /dev/null --write-out '%{http_code} %{url}\n' \
        --resolve www.example:80:127.0.0.1 "$@" "http://www.example$path"
}
