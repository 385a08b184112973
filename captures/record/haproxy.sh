#!/usr/bin/env bash
# Records HAProxy in front of an application on Go's net/http/fcgi, which takes several requests at once.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"

haproxy_to() { # haproxy_to PORT OPTION...: HAProxy on port 80, with these options of its fcgi-app section
    local port=$1
    shift
    cat >/srv/haproxy.cfg <<END
global
    nbthread 1
defaults
    mode http
    timeout connect 5s
    timeout client 10s
    timeout server 10s
frontend web
    bind 127.0.0.1:80
    default_backend application
backend application
    http-reuse always
    use-fcgi-app application
    server application 127.0.0.1:$port proto fcgi pool-purge-delay 200ms
fcgi-app application
    docroot /srv/www
    index index.php
$(printf '    %s\n' "$@")
END
    serve 80 haproxy -db -f /srv/haproxy.cfg
}

haproxy_multiplex() { # after one GET, three and a POST at once: one connection, ids 3, 5, 7 and 9
    haproxy_to 8000 'option get-values' 'option mpxs-conns' 'option max-reqs 10'
    record haproxy-multiplex.pcap 'tcp port 8000'
    get '/warm-up'
    for number in 1 2 3; do get "/request/$number?turns=3&pause=50" & gets+=($!); done
    get '/form?turns=2&pause=60' --data 'name=World&lang=en'
    wait "${gets[@]}"
    settle=1 finish
    stop
}

haproxy_abort() { # of three HTTP clients at once two leave: id 5's amid the answer, id 7's amid its upload
    haproxy_to 8000 'option mpxs-conns' 'option max-reqs 10'
    record haproxy-abort.pcap 'tcp port 8000'
    get '/warm-up'
    get '/slow?turns=10&pause=100' & slow=$!
    sleep 0.03
    get '/left?turns=6&pause=100' --max-time 0.3 || true &
    sleep 0.03
    get '/upload' --data-binary @/srv/large --limit-rate 20k --max-time 0.5 || true
    wait "$slow"
    get '/after'
    settle=1 finish
    stop
}

haproxy_upload() { # a POST of 200,000 bytes
    haproxy_to 8000
    record haproxy-upload.pcap 'tcp port 8000'
    get '/upload' --data-binary @/srv/large
    settle=1 finish
    stop
}

head -c 200000 /dev/zero | tr '\0' 'x' >/srv/large
scenarios=(haproxy_multiplex haproxy_abort haproxy_upload)
for scenario in "${@:-${scenarios[@]}}"; do go_responder 8000; "$scenario"; done
