#!/usr/bin/env bash
# Records nginx and our own application: answers that the specification allows, or that a broken
# application gives, and what nginx makes of them.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"

scenarios=(overloaded padding_server dribble stderr_amid cut_answer close_silently no_answer)
serve 8000 python3 -B "$here/peers/server.py" 8000
nginx_to 8000 'fastcgi_read_timeout 1s;'
for scenario in "${@:-${scenarios[@]}}"; do
    record "${scenario//_/-}.pcap" 'tcp port 8000'
    get "/$scenario"
    finish
done
