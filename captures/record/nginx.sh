#!/usr/bin/env bash
# Records nginx in front of php-fpm on TCP port 9000.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"
# shellcheck source=web.sh
source "$here/web.sh"

upstream='server 127.0.0.1:9000;' # the lines of nginx's upstream block
fastcgi='fastcgi_pass php;'       # how nginx hands a page on

# shellcheck disable=SC2016 # the variables are nginx's
access_log='time:$msec\tclient:$remote_addr\tmethod:$request_method\turi:$request_uri\tstatus:$status\t'\
'bytes:$body_bytes_sent\trequest_time:$request_time\tupstream_addr:$upstream_addr\t'\
'upstream_status:$upstream_status\tupstream_connect_time:$upstream_connect_time\t'\
'upstream_header_time:$upstream_header_time\tupstream_response_time:$upstream_response_time'

nginx() { # nginx NAME [LINE...]: nginx on port 80 with these lines for PHP pages, its logs beside the capture NAME
    local name=$1
    shift
    # The main error log, which tells the kernel's version, is not kept; the server's own begins at "info",
    # where nginx says that a client has left.
    cat >/srv/nginx.conf <<END
daemon off;
user www-data;
pid /run/nginx.pid;
worker_processes 1;
error_log /srv/log/nginx.log;
events {}
http {
    log_format ltsv '$access_log';
    client_body_temp_path /tmp/body;
    fastcgi_temp_path /tmp/fastcgi;
    proxy_temp_path /tmp/proxy;
    upstream php { $upstream }
    server {
        listen 127.0.0.1:80;
        server_name www.example;
        root /srv/www;
        keepalive_timeout 0;
        access_log $captures/$name.access.log ltsv;
        error_log $captures/$name.error.log info;
        location ~ \.php$ {
            include /etc/nginx/fastcgi.conf;
            $fastcgi
            $(printf '%s\n' "$@")
        }
    }
}
END
    rm -f "$captures/$name".{access,error}.log
    serve 80 nginx -e /srv/log/nginx.log -c /srv/nginx.conf
}

begin() { # begin [LINE...]: php-fpm, nginx with these lines, and the capture named as the scenario
    local name=${FUNCNAME[1]//_/-}
    php_fpm 127.0.0.1:9000
    nginx "$name" "$@"
    record "$name.pcap" 'tcp port 9000'
}

end() {
    finish
    stop
}

nginx_keepalive() { # eight requests on one connection; nginx closes it after the HEAD
    local upstream="$upstream keepalive 1;"
    begin 'fastcgi_keep_conn on;'
    get '/hello.php?name=World'
    get /hello.php --data 'user=alice&password=correct+horse' --cookie 'session=0123456789abcdef'
    get "/hello.php?$(seq -s '&' -f 'item%02.0f=on' 40)" # a QUERY_STRING whose length takes four bytes
    get /hello.php -H 'X-Name: Zoë Grün' -H $'X-City: M\xfcnchen' # one is UTF-8, the other is not
    get '/hello.php?q=%C3%A9t%C3%A9%20%26%20co' -H 'X-Empty;'
    get /hello.php --request PUT --data 'a small body'
    get '/hello.php?id=7' --request DELETE
    get /hello.php --head
    end
}

nginx_upload() { # a form's file of 219,600 bytes, which nginx has read before it connects
    begin
    numbered_lines 3600 >/srv/report.txt
    get /upload.php --form 'report=@/srv/report.txt;type=text/plain'
    end
}

nginx_upload_unbuffered() { # the same as a PUT that nginx hands on as it comes
    begin 'fastcgi_request_buffering off;'
    numbered_lines 3600 >/srv/report.txt
    get /upload.php --upload-file /srv/report.txt --limit-rate 400k
    end
}

nginx_upload_chunked() { # an upload of unknown length, handed on as it comes: PHP sees no body
    begin 'fastcgi_request_buffering off;'
    numbered_lines 300 | get /upload.php --upload-file - --header 'Expect:'
    end
}

nginx_large() { # answers of 64,000 bytes in small writes and of 640,000 in one, in segments as long as lo carries
    sysctl -q net.ipv4.tcp_rmem='4096 4194304 4194304'
    begin 'fastcgi_buffers 16 64k;'
    get '/lines.php?count=1000'
    get '/lines.php?count=10000&at=once'
    end
}

nginx_coded() { # one page in every coding that a body can have, and an upload that is packed
    begin
    seq 3000 | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null | base64 >/srv/page # what hardly packs
    zstd -q -o /srv/page.zst /srv/page
    node -e 'fs.writeFileSync("/srv/page.br", zlib.brotliCompressSync(fs.readFileSync("/srv/page")))'
    for coding in '' gzip deflate bare br zstd chunked gzip,chunked gzip,deflate; do
        get "/coded.php?coding=$coding"
    done
    gzip -n -k /srv/page
    get /upload.php --data-binary @/srv/page.gz -H 'Content-Encoding: gzip' -H 'Content-Type: text/plain'
    end
}

nginx_line_break() { # PATH_INFO as most people set it, and a line break, by which nginx's expression misses it
    # shellcheck disable=SC2016 # the variable is nginx's
    begin 'fastcgi_split_path_info ^(.+?\.php)(/.*)$;' 'fastcgi_param PATH_INFO $fastcgi_path_info;'
    get /hello.php/about.php
    get /hello.php/%0Aabout.php
    end
}

nginx_stderr() {
    begin
    get /notice.php
    get '/notice.php?late=1'
    get /fatal.php
    get /hello.php
    end
}

nginx_status() {
    begin
    get '/status.php?code=302'
    get '/status.php?code=404'
    get '/status.php?code=500'
    get '/status.php?code=204'
    end
}

nginx_no_script() {
    begin
    get /no-such-page.php
    end
}

nginx_killed() { # SIGKILL for the worker while it answers
    begin 'fastcgi_buffering off;'
    get '/lines.php?count=40&pause=50' &
    sleep 0.5
    kill -KILL "$(cat /tmp/worker.pid)"
    wait $!
    end
}

nginx_client_left() { # one client leaves before the first byte, one in the middle of the answer
    begin 'fastcgi_buffering off;'
    get '/slow.php?seconds=1' --max-time 0.4
    get '/lines.php?count=30&pause=50' --max-time 0.6
    settle=2 end
}

nginx_timeout() { # nginx gives up after a second, php-fpm answers after two
    begin 'fastcgi_read_timeout 1s;'
    get '/slow.php?seconds=2'
    settle=1.6 end
}

nginx_pool() { # seven requests of one second each on three workers
    begin
    local client clients=()
    for client in 1 2 3 4 5 6 7; do
        get "/slow.php?seconds=1&client=$client" --interface "127.0.0.1$client" &
        clients+=($!)
        sleep 0.05
    done
    wait "${clients[@]}"
    end
}

nginx_retry() { # the first pool refuses nginx's address and resets, so nginx asks the second
    local upstream='server 127.0.0.2:9000; server 127.0.0.3:9000;'
    php_fpm 127.0.0.2:9000 'listen.allowed_clients = 192.0.2.1'
    php_fpm 127.0.0.3:9000
    nginx nginx-retry
    record nginx-retry.pcap 'tcp port 9000'
    get '/hello.php?attempt=1'
    end
}

nginx_big_header() { # a header block that does not fit into fastcgi_buffer_size
    begin
    get /headers.php
    end
}

nginx_http_on_port() { # proxy_pass where fastcgi_pass is meant, and then curl without nginx
    local fastcgi='proxy_pass http://php;'
    begin
    get /hello.php
    get /hello.php --connect-to www.example:80:127.0.0.1:9000
    end
}

scenarios=(nginx_keepalive nginx_upload nginx_upload_unbuffered nginx_upload_chunked nginx_large nginx_coded
    nginx_line_break nginx_stderr nginx_status nginx_no_script nginx_killed nginx_client_left nginx_timeout
    nginx_pool nginx_retry nginx_big_header nginx_http_on_port)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; done
