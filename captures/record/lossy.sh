#!/usr/bin/env bash
# Records a link that loses, delays and repeats frames, at both ends; and captures in which frames are missing
# that the hosts did exchange. Beside each, in a .truth.json, the records that were sent.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=hosts.sh
source "$here/hosts.sh"
scenarios=(reorder lossy lossy_nested)
stage "$@"

all='tcp port 9000'
# A tcpdump that misses frames, as a busy one does: one in 16 by the checksum, which is as good as dice, and the
# data in 8 kB of every 256 kB of sequence numbers, which makes runs of them.
some="$all and tcp[16:2] & 15 != 7 and tcp[4:4] & 0x3e000 != 0x6000"

browse() { # browse: 46 requests by three clients at a time, small and large, with uploads
    local clients=()
    (get 1 20 300 2 800 5 1; post 400; get 40 1200 3; post 20; get 7 90) & clients+=($!)
    (post 10; get 3 600 9; post 700; get 1 1 150 2; post 5 60; get 30 1000 4 2 400) & clients+=($!)
    (get 12 1 250; post 250 1; get 900 6 33; post 3; get 2 500 8 1; post 120; get 70 16) & clients+=($!)
    wait "${clients[@]}"
}

browse_nested() { # browse_nested: downloads whose bytes are FastCGI records themselves, and other pages
    local clients=()
    (get 2; fetch 'nested.php?records=900'; get 3; fetch 'nested.php?records=90'; get 300; fetch 'nested.php?records=800') & clients+=($!)
    (fetch 'nested.php?records=20'; post 90; fetch 'nested.php?records=600'; get 1) & clients+=($!)
    wait "${clients[@]}"
}

reorder() {
    switch --bad 7
    addresses web0
    php_fpm_at "$app" 9000 on_app
    capture reorder-web.pcap web0 "$all"
    host=app capture reorder-app.pcap app0 "$all"
    host=app capture reorder-lossy.pcap app0 "$some"
    nginx_to "$app:9000"
    browse
    hang_up
    end_capture reorder-web.pcap reorder-app.pcap reorder-lossy.pcap
    truth reorder reorder-app.pcap reorder-web.pcap.gz reorder-app.pcap.gz reorder-lossy.pcap.gz
    keep reorder-web.pcap reorder-app.pcap reorder-lossy.pcap
}

miss() { # miss NAME BROWSE: on a link that loses nothing, a capture that does
    switch
    addresses web0
    php_fpm_at "$app" 9000 on_app
    capture complete.pcap web0 "$all"
    capture "$1.pcap" web0 "$some"
    nginx_to "$app:9000"
    "$2"
    hang_up
    end_capture complete.pcap "$1.pcap"
    truth "$1" complete.pcap "$1.pcap.gz"
    keep "$1.pcap"
}

lossy() { miss lossy browse; }

lossy_nested() { miss lossy-nested browse_nested; }

"$1"
