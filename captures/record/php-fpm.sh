# shellcheck shell=bash
# Sourced after lib.sh: php-fpm with Debian's php.ini, in front of the pages in record/www.

php_fpm() { # php_fpm ADDRESS:PORT [POOL DIRECTIVE...]: a pool of three workers there, its log in /srv/log
    local address=$1 config=/srv/php-fpm-${1//:/-}.conf
    shift
    mkdir -p /srv/log
    # shellcheck disable=SC2154 # lib.sh sets it
    cp "$here"/www/*.php /srv/www/
    {
        printf '%s\n' '[global]' 'daemonize = no' 'error_log = /srv/log/php-fpm.log' '[www]' 'user = www-data' \
            'group = www-data' "listen = $address" 'pm = static' 'pm.max_children = 3' 'ping.path = /ping' \
            'pm.status_path = /status'
        printf '%s\n' "$@"
    } >"$config"
    serve "$address" php-fpm8.2 --fpm-config "$config"
}
