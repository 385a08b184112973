#!/usr/bin/env bash
# Records nginx and php-fpm through a switch's mirror port with VLAN tags, and on the wire below a tunnel.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=hosts.sh
source "$here/hosts.sh"
scenarios=(vlan qinq vxlan gre gre_key gretap ipip ipip_fragments 6in4)
stage "$@"

inner_web=10.1.0.11 inner_app=10.1.0.9

exchange() { # exchange NAME INTERFACE FILTER SERVER: some requests to php-fpm there
    capture "$1.pcap" "$2" "$3"
    nginx_to "$4:9000"
    get 1 20
    post 60
    get 150
    hang_up
    end_capture "$1.pcap"
    keep "$1.pcap"
}

mirror() { # mirror NAME FILTER TAG...: what a mirror port gives out
    switch --mirror "${@:3}"
    ip link set span0 up
    addresses web0
    php_fpm_at "$app" 9000 on_app
    exchange "$1" span0 "$2" "$app"
}

vlan() { mirror vlan 'vlan and tcp port 9000' 8100:5; }

qinq() { mirror qinq 'vlan and vlan and tcp port 9000' 88a8:100 8100:5; }

vxlan() { # the kernel's own
    cable
    addresses web0
    php_fpm_at 0.0.0.0 9000 on_app
    ip link add vxlan0 address 02:00:00:00:01:11 type vxlan id 42 local "$web" remote "$app" dev web0 dstport 4789
    on_app ip link add vxlan0 address 02:00:00:00:01:09 type vxlan id 42 local "$app" remote "$web" dev app0 \
        dstport 4789
    tunnel_up vxlan0
    exchange vxlan web0 'udp port 4789' "$inner_app"
}

tunnel_up() { # tunnel_up DEVICE [MTU]: addresses on its two ends
    ip address add "$inner_web/24" dev "$1"
    ip address add fd00::11/64 dev "$1" nodad
    ip link set "$1" ${2:+mtu "$2"} gso_max_segs 1 up
    on_app ip address add "$inner_app/24" dev "$1"
    on_app ip address add fd00::9/64 dev "$1" nodad
    on_app ip link set "$1" ${2:+mtu "$2"} gso_max_segs 1 up
}

tunnel() { # tunnel KIND PROTOCOL MTU SERVER [NAME]: one that this kernel may not have, by a program
    cable
    addresses web0
    python3 "$tools/tunnel.py" "$1" tunnel0 "$web" "$app" &
    on_app python3 "$tools/tunnel.py" "$1" tunnel0 "$app" "$web" &
    until on_app ip link show tunnel0 && ip link show tunnel0; do sleep 0.05; done >/dev/null 2>&1
    if [ "$1" = gretap ]; then
        ip link set tunnel0 address 02:00:00:00:01:11
        on_app ip link set tunnel0 address 02:00:00:00:01:09
    fi
    tunnel_up tunnel0 "$3"
    php_fpm_at '[::]' 9000 on_app
    exchange "${5:-$1}" web0 "ip proto $2" "$4"
}

gre() { tunnel gre 47 1476 "$inner_app"; }

gre_key() { tunnel gre-key 47 1472 "$inner_app"; }

gretap() { tunnel gretap 47 1462 "$inner_app"; }

ipip() { tunnel ipip 4 1480 "$inner_app"; }

ipip_fragments() { tunnel ipip 4 1500 "$inner_app" ipip-fragments; } # no room for the outer header

6in4() { tunnel 6in4 41 1480 '[fd00::9]'; }

"$1"
