#!/usr/bin/env bash
# Records nginx in front of applications that speak FastCGI by other means than libfcgi and PHP.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"

through_nginx() { # through_nginx CAPTURE URI...: a GET of each, and a form sent to the first
    nginx_to 8000
    record "$1.pcap" 'tcp port 8000'
    local form=$2
    shift
    for uri in "$@"; do get "$uri"; done
    get "$form" --data 'name=World&lang=en'
    finish
}

perl_fcgi() {
    serve 8000 perl "$here/peers/responder.pl" 8000
    through_nginx perl-fcgi /hello '/log?grumble' '/long?lines=1000'
}

anyevent_fcgi() {
    serve 8000 perl "$here/peers/anyevent.pl" 8000
    through_nginx anyevent-fcgi /hello
}

fcgiwrap() { # a CGI script that writes to STDERR too, and one that is not there
    cat >/srv/www/hello.cgi <<'END'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
echo "hello.cgi: $QUERY_STRING" >&2
echo "$REQUEST_METHOD $REQUEST_URI"
END
    chmod +x /srv/www/hello.cgi
    serve 8000 spawn-fcgi -n -a 127.0.0.1 -p 8000 -- /usr/sbin/fcgiwrap -f
    through_nginx fcgiwrap '/hello.cgi?name=World' /missing.cgi
}

uwsgi() {
    cp "$here/peers/responder.py" /srv/responder.py
    serve 8000 uwsgi --plugin python3 --fastcgi-socket 127.0.0.1:8000 --chdir /srv --module responder
    through_nginx uwsgi /hello
}

node_fastcgi() { # behind nginx; then GET_VALUES from our own client
    serve 8000 env NODE_PATH=/usr/share/nodejs node "$here/peers/responder.js" 8000
    through_nginx node-fastcgi /hello
    converse node get_values_node 8000
}

scenarios=(perl_fcgi anyevent_fcgi fcgiwrap uwsgi node_fastcgi)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; stop; done
