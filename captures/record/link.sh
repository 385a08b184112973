#!/usr/bin/env bash
# Records an Ethernet of MTU 1500 between nginx and php-fpm: cut by a snaplen, begun and ended in the middle of
# a connection, spread over the files of a ring buffer.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=hosts.sh
source "$here/hosts.sh"
scenarios=(snaplen snaplen_loopback midstream_stdout midstream_stdin midstream_end ring)
stage "$@"

all='tcp port 9000'

hosts() { # hosts: web and app on a cable, php-fpm running
    cable
    addresses web0
    php_fpm_at "$app" 9000 on_app
}

slow() { # slow DEVICE [on_app]: let no more than 2 Mbit/s out there, so that a capture can begin amid a transfer
    "${@:2}" tc qdisc add dev "$1" root tbf rate 2mbit burst 4kb limit 4mb
}

snaplen_at() { # snaplen_at NAME INTERFACE ADDRESS: the same requests recorded whole and 96 bytes a frame
    capture complete.pcap "$2" "$all"
    capture "$1.pcap" "$2" "$all" -s 96
    nginx_to "$3:9000"
    get 1 100
    post 40 1
    get 400 2
    post 500
    get 3
    hang_up
    end_capture complete.pcap "$1.pcap"
    truth "$1" complete.pcap "$1.pcap.gz"
    keep "$1.pcap"
}

snaplen() {
    hosts
    snaplen_at snaplen web0 "$app"
}

snaplen_loopback() {
    php_fpm_at 127.0.0.1 9000
    snaplen_at snaplen-loopback lo 127.0.0.1
}

midstream_stdout() { # begun amid the third response of a kept connection
    hosts
    slow app0 on_app
    capture complete.pcap web0 "$all"
    nginx_to "$app:9000"
    get 1 20
    get 3000 &
    local transfer=$!
    sleep 0.3
    capture midstream-stdout.pcap web0 "$all"
    kill -0 "$transfer" # or the capture came too late
    wait "$transfer"
    get 2 300
    post 30
    hang_up
    end_capture complete.pcap midstream-stdout.pcap
    truth midstream-stdout complete.pcap midstream-stdout.pcap.gz
    keep midstream-stdout.pcap
}

midstream_stdin() { # begun amid the second upload of a kept connection
    hosts
    slow web0
    capture complete.pcap web0 "$all"
    nginx_to "$app:9000"
    get 1
    post 10
    post 4000 &
    local transfer=$!
    sleep 0.3
    capture midstream-stdin.pcap web0 "$all"
    kill -0 "$transfer" # or the capture came too late
    wait "$transfer"
    get 2 300
    post 30
    hang_up
    end_capture complete.pcap midstream-stdin.pcap
    truth midstream-stdin complete.pcap midstream-stdin.pcap.gz
    keep midstream-stdin.pcap
}

midstream_end() { # ended amid the third response of a kept connection
    hosts
    slow app0 on_app
    capture complete.pcap web0 "$all"
    capture midstream-end.pcap web0 "$all"
    nginx_to "$app:9000"
    get 1
    post 30
    get 3000 &
    local transfer=$!
    sleep 0.3
    settle=0 end_capture midstream-end.pcap
    wait "$transfer"
    hang_up
    end_capture complete.pcap
    truth midstream-end complete.pcap midstream-end.pcap.gz
    keep midstream-end.pcap
}

ring() { # three files of up to 90 kB; records and connections go on from one to the next
    hosts
    capture complete.pcap web0 "$all"
    dumpcap -q -P -i web0 -f "$all" -b filesize:90 -b files:3 -w /tmp/ring.pcap 2>/tmp/dumpcap.log &
    local dumpcap=$!
    until grep -q . /tmp/ring_00001*.pcap 2>/dev/null; do sleep 0.05; done
    nginx_to "$app:9000"
    get 5 200
    post 700
    get 900 1
    post 20
    get 1300 2
    hang_up
    end_capture complete.pcap
    kill -INT "$dumpcap"
    wait "$dumpcap" || true
    grep -q 'dropped on interface.* [0-9]*/0 (' /tmp/dumpcap.log || { cat /tmp/dumpcap.log >&2; exit 1; }
    for number in 1 2 3; do mv /tmp/ring_0000"$number"*.pcap "/tmp/ring-$number.pcap"; done
    truth ring complete.pcap ring-1.pcap.gz ring-2.pcap.gz ring-3.pcap.gz
    keep ring-1.pcap ring-2.pcap ring-3.pcap
}

"$1"
