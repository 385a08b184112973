# shellcheck shell=bash disable=SC2154 # here and captures come from lib.sh
# Sourced after lib.sh: the host web (this namespace: nginx, curl) and the host app (its own: php-fpm), and what
# joins them. Brings several.sh with it.

web=10.0.0.11 web_mac=02:00:00:00:00:11
app=10.0.0.9 app_mac=02:00:00:00:00:09
tools=$here/transports
# shellcheck source-path=SCRIPTDIR source=several.sh
source "$here/several.sh"

stage() { # stage "$@": instead of isolate, for a script whose scenarios each want untouched devices
    local scenario
    if [ $# != 1 ]; then
        for scenario in "${@:-${scenarios[@]}}"; do bash "$0" "$scenario" || exit; done
        exit
    fi
    isolate "$@"
}

on_app() { # on_app COMMAND...: run it on the host app
    nsenter --net=/run/netns/app "$@"
}

new_app() { # new_app: the host app, joined to nothing yet
    ip netns add app
    on_app ip link set lo up
}

addresses() { # addresses DEVICE: addresses on the link of this device, web0 mostly, and app0
    ip address add "$web/24" dev "$1"
    ip link set web0 up
    on_app ip address add "$app/24" dev app0
    on_app ip link set app0 up
}

cable() { # cable: web0 and app0, an Ethernet of MTU 1500 between the hosts
    new_app
    ip link add web0 address "$web_mac" type veth peer name app0 address "$app_mac" netns app
    # A segment a frame, as on a wire: a veth pair would pass 64 kB on in one piece.
    ip link set web0 gso_max_segs 1
    on_app ip link set app0 gso_max_segs 1
}

switch() { # switch [OPTION...]: web0 and app0 again, joined by a program (see its --help)
    new_app
    python3 "$tools/switch.py" "$@" 2>/tmp/switch.log &
    until ip link show app0 >/dev/null 2>&1; do
        kill -0 $! || { cat /tmp/switch.log >&2; exit 1; }
        sleep 0.05
    done
    ip link set web0 address "$web_mac"
    ip link set app0 address "$app_mac" netns app
}

wait_for_port() { # wait_for_port PORT [on_app]: until something listens there
    for _ in $(seq 100); do
        if "${@:2}" ss -Hltn "sport = :$1" | grep -q .; then return; fi
        sleep 0.05
    done
    echo "$0: nothing listens on port $1" >&2
    exit 1
}

php_fpm_at() { # php_fpm_at ADDRESS PORT [on_app]: four workers there, with the pages in record/transports
    local config=/srv/php-fpm-$2.conf
    mkdir -p /srv/log
    cp "$tools"/*.php /srv/www/
    printf '%s\n' '[global]' 'daemonize = no' "error_log = /srv/log/php-fpm-$2.log" '[www]' 'user = www-data' \
        'group = www-data' "listen = $1:$2" 'pm = static' 'pm.max_children = 4' >"$config"
    "${@:3}" php-fpm8.2 --fpm-config "$config" >/tmp/php-fpm.log 2>&1 </dev/null &
    wait_for_port "$2" "${@:3}"
}

nginx_to() { # nginx_to ADDRESS:PORT...: nginx on port 8080, which keeps its connections to php-fpm there
    local servers
    mkdir -p /srv/log
    servers=$(printf 'server %s; ' "$@")
    cat >/srv/nginx.conf <<-CONF
	user www-data;
	worker_processes 1;
	daemon off;
	pid /run/nginx.pid;
	error_log /srv/log/nginx.log;
	events { worker_connections 256; }
	http {
	    access_log off;
	    client_max_body_size 8m;
	    upstream php { $servers keepalive 4; }
	    server {
	        listen 8080;
	        server_name www.example.test;
	        root /srv/www;
	        location / {
	            include /etc/nginx/fastcgi_params;
	            fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
	            fastcgi_keep_conn on;
	            fastcgi_pass php;
	        }
	    }
	    ${nginx_more:-}
	}
	CONF
    serve 8080 nginx -c /srv/nginx.conf -e /srv/log/nginx.log
    nginx_pid=$!
}

hang_up() { # hang_up: end nginx, and with it the connections that it kept
    sleep 0.1
    kill -QUIT "$nginx_pid"
    wait "$nginx_pid"
}

fetch() { # fetch PAGE [CURL OPTION...]: a page from nginx
    curl -fsS -o /dev/null "http://127.0.0.1:8080/$1" "${@:2}"
}

get() { # get LINES...: pages of so many numbered lines, one after the other
    local lines
    for lines in "$@"; do fetch "lines.php?lines=$lines"; done
}

post() { # post LINES...: uploads of so many numbered lines; the answer tells their length
    local lines
    for lines in "$@"; do
        seq -f 'line %06.0f of an upload, which takes several segments' "$lines" |
            fetch upload.php -H 'Content-Type: text/plain' --data-binary @-
    done
}
