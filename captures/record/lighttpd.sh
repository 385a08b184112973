#!/usr/bin/env bash
# Records lighttpd in front of php-cgi on TCP port 9000.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=web.sh
source "$here/web.sh"

begin() { # lighttpd and php-cgi, and the capture named as the scenario
    local name=${FUNCNAME[1]//_/-}
    cp "$here"/www/*.php /srv/www/
    serve 9000 php-cgi -b 127.0.0.1:9000
    cat >/srv/lighttpd.conf <<END
server.modules = ("mod_accesslog", "mod_fastcgi")
server.document-root = "/srv/www"
server.bind = "127.0.0.1"
server.port = 80
server.name = "www.example"
server.upload-dirs = ("/tmp")
server.errorlog = "$captures/$name.error.log"
accesslog.filename = "$captures/$name.access.log"
accesslog.format = "time:%{sec}t.%{usec_frac}t\tclient:%a\tmethod:%m\turi:%U\tquery:%q\tstatus:%>s\tbytes:%b\trequest_us:%D"
fastcgi.server = (".php" => (("host" => "127.0.0.1", "port" => 9000)))
END
    rm -f "$captures/$name".{access,error}.log
    serve 80 lighttpd -D -f /srv/lighttpd.conf
    record "$name.pcap" 'tcp port 9000'
}

lighttpd() { # a GET, a POST, a page that writes to STDERR
    begin
    get '/hello.php?name=World'
    get /hello.php --data 'user=alice&password=correct+horse'
    get /notice.php
    finish
    stop
}

lighttpd_upload() { # a PUT of 219,600 bytes
    begin
    numbered_lines 3600 >/srv/report.txt
    get /upload.php --upload-file /srv/report.txt
    finish
    stop
}

scenarios=(lighttpd lighttpd_upload)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; done
