#!/usr/bin/perl
# A FastCGI application on AnyEvent::FCGI: listens on the port given and answers a tenth of a second later,
# with a line on STDERR.
use strict;
use warnings;
use AnyEvent;
use AnyEvent::FCGI;

my %timers;
my $server = AnyEvent::FCGI->new(
    host       => '127.0.0.1',
    port       => $ARGV[0],
    on_request => sub {
        my $request = shift;
        $timers{$request} = AnyEvent->timer(
            after => 0.1,
            cb    => sub {
                delete $timers{$request};
                $request->print_stderr('answered ' . $request->param('REQUEST_URI') . "\n");
                $request->respond($request->param('REQUEST_METHOD') . "\n", 'Content-Type' => 'text/plain');
            },
        );
    },
);
AnyEvent->condvar->recv;
