#!/usr/bin/perl
# A FastCGI application on Perl's FCGI module: listens on the port given, tells what it was asked, and writes
# to STDERR where QUERY_STRING says "grumble".
use strict;
use warnings;
use FCGI;

my $socket = FCGI::OpenSocket("127.0.0.1:$ARGV[0]", 5);
my $request = FCGI::Request(\*STDIN, \*STDOUT, \*STDERR, \my %params, $socket);
while ($request->Accept >= 0) {
    my $length = $params{CONTENT_LENGTH} || 0;
    read STDIN, my $body, $length if $length;
    print "Content-Type: text/plain\r\n\r\n";
    print STDERR "responder: $params{QUERY_STRING}\n" if $params{QUERY_STRING} =~ /grumble/;
    print "$params{REQUEST_METHOD} $params{REQUEST_URI}: $length bytes\n";
    print "line $_ of many\n" for 1 .. ($params{QUERY_STRING} =~ /lines=(\d+)/ ? $1 : 0);
}
