#!/usr/bin/env bash
# Records our own client and php-fpm: what php-fpm answers to management records, and what it resets on.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
isolate "$@"
# shellcheck source=peers.sh
source "$here/peers.sh"
# shellcheck source=php-fpm.sh
source "$here/php-fpm.sh"

scenarios=(get_values_php_fpm split_pair_php_fpm php_fpm_lenient abort_php_fpm second_begin_php_fpm
    security_php_fpm line_break_php_fpm resets_php_fpm)
php_fpm 127.0.0.1:9000
for scenario in "${@:-${scenarios[@]}}"; do converse php_fpm "$scenario" 9000; done
