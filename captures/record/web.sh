# shellcheck shell=bash
# Sourced after lib.sh: an HTTP client of the web server on 127.0.0.1, and something to upload.

get() { # get PATH [CURL OPTION...]: whatever the answer, and if it ends before its end
    local path=$1
    shift
    curl --silent --output /dev/null --resolve www.example:80:127.0.0.1 "$@" "http://www.example$path" || true
}

numbered_lines() { seq -f 'line %07.0f of the report: nothing to report from this hour' "$1"; } # 61 bytes each
