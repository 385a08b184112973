#!/usr/bin/env bash
# Records an application on Go's net/http/fcgi, behind nginx and with our own client: it serves several
# requests of one connection at once, hears ABORT_REQUEST and refuses roles.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"

nginx_go() { # a GET, a POST and an answer of 100,000 bytes, each on a connection of its own
    nginx_to 8000
    record nginx-go.pcap 'tcp port 8000'
    get '/hello?turns=2'
    get /form --data 'name=World&lang=en'
    get '/large?size=100000'
    finish
}

scenarios=(nginx_go get_values_go multiplex abort unknown_role unknown_type_in_request padding_client)
go_responder 8000
for scenario in "${@:-${scenarios[@]}}"; do
    case $scenario in
        nginx_go) nginx_go ;;
        *) converse go "$scenario" 8000 ;;
    esac
done
