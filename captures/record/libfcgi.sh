#!/usr/bin/env bash
# Records our own client and an application on libfcgi: what the specification has and no web server sends.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"

scenarios=(get_values_libfcgi unknown_type filter_data cant_mpx_conn same_id wide_lengths odd_pairs split_pair
    byte_by_byte body_differs early_answer)
libfcgi_responder 8000
gcc -O2 -Wall -o /srv/app "$here/app.c" -lfcgi
serve 8001 /srv/app :8001 # which reads no STDIN
for scenario in "${@:-${scenarios[@]}}"; do
    case $scenario in
        early_answer) converse libfcgi "$scenario" 8001 ;;
        *) converse libfcgi "$scenario" 8000 ;;
    esac
done
