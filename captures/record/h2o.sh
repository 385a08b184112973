#!/usr/bin/env bash
# Records h2o, which cuts PARAMS at 65,535 bytes wherever that falls, in front of libfcgi and of php-fpm.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"

h2o_to() { # h2o_to PORT: h2o on port 80, every request to the application on PORT
    cat >/srv/h2o.conf <<END
listen: { host: 127.0.0.1, port: 80 }
hosts:
  www.example:
    paths:
      /:
        fastcgi.connect: { host: 127.0.0.1, port: $1, type: tcp }
        fastcgi.document_root: /srv/www
END
    serve 80 h2o -c /srv/h2o.conf
}

large_header() { # large_header SIZE: an HTTP header of that many letters, for curl
    echo "X-Large: $(head -c "$1" /dev/zero | tr '\0' 'x')" >/srv/header
}

h2o_split_pair() { # params of 70 kB: the large pair over two records, which libfcgi joins
    libfcgi_responder 8000
    h2o_to 8000
    record h2o-split-pair.pcap 'tcp port 8000'
    get '/hello?name=World'
    get '/form' --data 'name=World&lang=en'
    large_header 70000
    get '/large' --header @/srv/header
    finish
}

h2o_php_fpm() { # the same to php-fpm, which resets on it
    php_fpm 127.0.0.1:9000
    h2o_to 9000
    record h2o-php-fpm.pcap 'tcp port 9000'
    get '/hello.php?name=World'
    large_header 70000
    get '/hello.php' --header @/srv/header
    finish
}

scenarios=(h2o_split_pair h2o_php_fpm)
for scenario in "${@:-${scenarios[@]}}"; do "$scenario"; stop; done
