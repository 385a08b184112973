#!/usr/bin/env bash
# Records nginx and php-fpm as a host sees them on its own interfaces: loopback over IPv6, several interfaces at
# a time (as Linux cooked frames and as pcapng), pcap and pcapng with nanoseconds.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=hosts.sh
source "$here/hosts.sh"
scenarios=(ipv6 any any_twice nanoseconds interfaces)
stage "$@"

all='tcp port 9000'

ipv6() {
    php_fpm_at '[::1]' 9000
    capture ipv6.pcap lo "$all"
    nginx_to '[::1]:9000'
    get 1 100
    post 700
    get 1500
    hang_up
    end_capture ipv6.pcap
    keep ipv6.pcap
}

both_pools() { # both_pools: a pool on this host and one on the other, which nginx asks in turn
    cable
    addresses web0
    php_fpm_at "$app" 9000 on_app
    php_fpm_at 127.0.0.1 9000
}

any() { # on every interface, in both versions of the Linux cooked header
    both_pools
    capture any.pcap any "$all"
    capture any-sll.pcap any "$all" -y LINUX_SLL
    nginx_to "$app:9000" 127.0.0.1:9000
    get 1 20 300
    post 100 100
    get 3
    hang_up
    end_capture any.pcap any-sll.pcap
    keep any.pcap any-sll.pcap
}

any_twice() { # on every interface of a host whose containers are behind a bridge: every frame passes two
    new_app
    ip link add br0 address "$web_mac" type bridge
    ip link add web0 address 02:00:00:00:00:01 master br0 type veth peer name app0 address "$app_mac" netns app
    ip link set web0 gso_max_segs 1 up
    on_app ip link set app0 gso_max_segs 1
    addresses br0
    ip link set br0 up
    php_fpm_at "$app" 9000 on_app
    capture any-twice.pcap any "$all"
    nginx_to "$app:9000"
    get 1 20 300
    post 100
    get 3
    hang_up
    end_capture any-twice.pcap
    keep any-twice.pcap
}

watch() { # watch FILE.pcapng DUMPCAP OPTION...: begin a capture with dumpcap
    : >/tmp/dumpcap.log
    dumpcap -q "${@:2}" -w "/tmp/$1" 2>/tmp/dumpcap.log &
    dumpcap_pid=$!
    until grep -q '^File:' /tmp/dumpcap.log; do sleep 0.05; done
}

end_watch() { # end_watch: end that capture
    sleep 0.6
    kill -INT "$dumpcap_pid"
    wait "$dumpcap_pid"
    grep -q 'dropped on interface.* [0-9]*/0 (' /tmp/dumpcap.log || { cat /tmp/dumpcap.log >&2; exit 1; }
}

nanoseconds() { # a pcap, and a pcapng with comments on the section and on two packets
    php_fpm_at 127.0.0.1 9000
    capture nanoseconds.pcap lo "$all" --time-stamp-precision=nano
    watch all.pcapng -i lo -f "$all" --capture-comment 'nginx to php-fpm, and back'
    nginx_to 127.0.0.1:9000
    get 1 20
    post 100
    get 3
    hang_up
    end_capture nanoseconds.pcap
    end_watch
    editcap -a '4:the first request' -a '6:its answer – and the end of it' /tmp/all.pcapng /tmp/commented.pcapng
    python3 "$tools/strip.py" </tmp/commented.pcapng >/tmp/comments.pcapng
    keep nanoseconds.pcap comments.pcapng
}

interfaces() { # a pcapng with two interfaces, each with its own snaplen
    both_pools
    watch all.pcapng -i lo -f "$all" -i web0 -s 1000 -f "$all"
    nginx_to "$app:9000" 127.0.0.1:9000
    get 1 20 300
    post 100 100
    get 3
    hang_up
    end_watch
    python3 "$tools/strip.py" </tmp/all.pcapng >/tmp/interfaces.pcapng
    keep interfaces.pcapng
}

"$1"
