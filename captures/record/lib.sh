# shellcheck shell=bash
# Sourced by every recording script: an empty stage of its own, servers on it, and tcpdump beside it.
#
# isolate runs the script again in namespaces of its own, under an empty environment: a loopback that no
# other traffic crosses, an empty /srv for document roots, an empty /run and /tmp, the host name "recorder",
# and processes that all end with the script. So every port is free, and a capture holds nothing of the
# machine it was made on.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
captures=$(dirname "$here")

isolate() { # isolate "$@": first line of a script
    if [ -z "${RECORDER_STAGE:-}" ]; then
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
            RECORDER_STAGE=1 unshare --net --mount --pid --uts --fork --kill-child --mount-proc \
            bash "$(realpath "$0")" "$@"
    fi
    unset RECORDER_STAGE
    set -euo pipefail
    hostname recorder
    ip link set lo up
    for place in /srv /run /tmp; do mount -t tmpfs -o mode=755 tmpfs "$place"; done
    chmod 1777 /tmp
    mkdir -p /srv/www /run/php
    cd /srv
}

servers=()

serve() { # serve [ADDRESS:]PORT|PATH COMMAND...: start a server that stays in the foreground, wait for its socket
    local socket=$1 listener=$1
    case $socket in *:*) ;; *) listener=:$socket ;; esac
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" >/tmp/serve.log 2>&1 </dev/null &
    servers+=($!)
    for _ in $(seq 100); do
        if [ -S "$socket" ] || ss -Hltn "src $listener" 2>/dev/null | grep -q .; then return; fi
        sleep 0.05
    done
    echo "$0: $1 did not open $socket:" >&2
    cat /tmp/serve.log >&2
    exit 1
}

stop() { # stop: end the servers that serve started, so that the next scenario may start its own
    kill "${servers[@]}"
    wait "${servers[@]}" || true
    servers=()
}

record() { # record NAME.pcap FILTER [TCPDUMP OPTION...]: begin a capture, on lo unless -i says otherwise
    local file=$1 filter=$2
    shift 2
    case " $* " in *" -i "*) ;; *) set -- -i lo "$@" ;; esac
    capture_name=$file
    : >/tmp/tcpdump.log # the one before must not be taken for this one's
    # A packet a buffer (--immediate-mode) and its end as late as the last segment: nothing may be missing.
    # Every packet takes a whole snaplen of the 128 MiB (-B): of the default's 2 there would be room for seven.
    tcpdump --immediate-mode -B 131072 -n -s "${snaplen:-262144}" -U -w "/tmp/$file" "$@" "$filter" 2>/tmp/tcpdump.log &
    capture_pid=$!
    until grep -q 'listening on' /tmp/tcpdump.log; do
        kill -0 "$capture_pid" || { cat /tmp/tcpdump.log >&2; exit 1; }
        sleep 0.05
    done
}

finish() { # finish: end the capture and put it, compressed, with the others
    sleep "${settle:-0.6}"
    kill -INT "$capture_pid"
    wait "$capture_pid" || true
    if ! grep -q '^0 packets dropped by kernel' /tmp/tcpdump.log; then cat /tmp/tcpdump.log >&2; exit 1; fi
    gzip -9 -n <"/tmp/$capture_name" >"$captures/$capture_name.gz"
    echo "$capture_name.gz: $(grep -o '^[0-9]* packets captured' /tmp/tcpdump.log)"
}
