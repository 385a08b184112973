# shellcheck shell=bash disable=SC2154 # captures comes from lib.sh, tools from hosts.sh
# Sourced by hosts.sh: several captures at a time, on either host, and what was really sent in their run.

capturing=()

capture() { # capture FILE INTERFACE FILTER [OPTION...]: begin a capture in /tmp; host=app before it: on that host
    local file=$1 interface=$2 filter=$3
    : >"/tmp/$file.log"
    # exec: the process that ends it must be tcpdump itself, also on the other host.
    (exec ${host:+nsenter --net="/run/netns/$host"} tcpdump --immediate-mode -B 32768 -n -s 262144 \
        -U -Z root -i "$interface" -w "/tmp/$file" "${@:4}" "$filter" 2>"/tmp/$file.log") &
    capturing+=("$file:$!")
    until grep -q 'listening on' "/tmp/$file.log"; do
        kill -0 $! || { cat "/tmp/$file.log" >&2; exit 1; }
        sleep 0.01
    done
}

end_capture() { # end_capture FILE...: end these captures after the last segment
    local file running
    sleep "${settle:-0.6}"
    for file in "$@"; do
        for running in "${capturing[@]}"; do
            if [ "${running%:*}" = "$file" ]; then
                kill -INT "${running#*:}"
                wait "${running#*:}" || true
            fi
        done
        grep -q '^0 packets dropped by kernel' "/tmp/$file.log" || { cat "/tmp/$file.log" >&2; exit 1; }
    done
}

keep() { # keep FILE...: put these captures, compressed, with the others
    local file
    for file in "$@"; do
        gzip -9 -n <"/tmp/$file" >"$captures/$file.gz"
        echo "$file.gz: $(stat -c %s "$captures/$file.gz") bytes"
    done
}

truth() { # truth NAME COMPLETE.pcap CAPTURE...: NAME.truth.json, what was sent in the run of these captures
    python3 "$tools/truth.py" "/tmp/$2" 9000 "${@:3}" >"$captures/$1.truth.json"
    # Wireshark, which reads a complete capture well, must count the same.
    local ours theirs
    ours=$(jq '[.connections[][] | objects | .records | length] | add' "$captures/$1.truth.json")
    theirs=$(tshark -r "/tmp/$2" -o tcp.reassemble_out_of_order:TRUE -d tcp.port==9000,fcgi -T fields -e fcgi.type \
        -Y fcgi 2>/dev/null | tr ',' '\n' | wc -l)
    echo "$1.truth.json: $ours records, $theirs by tshark"
    [ "$ours" = "$theirs" ]
}
