#!/usr/bin/env bash
# Records Apache httpd: mod_proxy_fcgi in front of an application on libfcgi and of php-fpm, and
# mod_authnz_fcgi in front of an authorizer.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"

access_log='time:%{sec}t.%{usec_frac}t\tclient:%a\tmethod:%m\turi:%U%q\tstatus:%>s\tbytes:%B\trequest_us:%D'

# Apache puts its PATH among the params. mod_proxy_fcgi can be told to leave it out; mod_authnz_fcgi cannot.
apache() { # apache NAME CONFIGURATION: Apache on port 80 with these lines, its logs beside the capture NAME
    cat >/srv/apache.conf <<END
ServerRoot /srv
ServerName www.example
Listen 127.0.0.1:80
PidFile /run/apache.pid
User www-data
Group www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so
LoadModule authnz_fcgi_module /usr/lib/apache2/modules/mod_authnz_fcgi.so
DocumentRoot /srv/www
ErrorLog $captures/$1.error.log
LogFormat "$access_log" ltsv
CustomLog $captures/$1.access.log ltsv
$2
END
    rm -f "$captures/$1".{access,error}.log
    serve 80 env PATH=/usr/bin:/bin /usr/sbin/apache2 -DFOREGROUND -f /srv/apache.conf
}

get() { curl --silent --show-error --output /dev/null --resolve www.example:80:127.0.0.1 "$@"; }

build() { gcc -O2 -Wall -o "/srv/$1" "$here/$1.c" -lfcgi; }

fcgi() { # a single GET to an application on libfcgi
    build app
    serve 8000 /srv/app :8000
    apache fcgi 'ProxyFCGISetEnvIf true !PATH
ProxyPass "/" "fcgi://127.0.0.1:8000/"'
    record fcgi.pcap 'tcp port 8000'
    get 'http://www.example/hello?name=World&lang=en'
    finish
    stop
}

for scenario in "${@:-fcgi}"; do "$scenario"; done
