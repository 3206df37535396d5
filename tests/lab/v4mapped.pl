#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: v4mapped.pl PORT[,PORT…] COMMAND…
# Dovecot and Postfix set IPV6_V6ONLY on the sockets that they open, so a v4-mapped connection reaches them only through
# a socket that somebody else opened. This opens such sockets on ::ffff:127.0.0.1 and hands them over as systemd does
# (sd_listen_fds(3)), then becomes the command.
use strict;
use warnings;
use Socket qw(AF_INET6 SOCK_STREAM SOL_SOCKET SO_REUSEADDR SOMAXCONN inet_pton pack_sockaddr_in6);
use POSIX ();

my ($ports, @command) = @ARGV;
die "usage: v4mapped.pl PORT[,PORT...] COMMAND...\n" unless @command;

$^F = 64;    # descriptors below this survive exec
my $next = 3;
my @keep;
for my $port (split /,/, $ports) {
    socket(my $socket, AF_INET6, SOCK_STREAM, 0) or die "socket: $!\n";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "SO_REUSEADDR: $!\n";
    setsockopt($socket, 41, 26, 0) or die "IPV6_V6ONLY: $!\n";    # IPPROTO_IPV6, IPV6_V6ONLY of <linux/in6.h>
    bind($socket, pack_sockaddr_in6($port, inet_pton(AF_INET6, '::ffff:127.0.0.1'))) or die "bind to port $port: $!\n";
    listen($socket, SOMAXCONN) or die "listen: $!\n";
    if (fileno($socket) != $next) {
        POSIX::dup2(fileno($socket), $next) or die "dup2: $!\n";
    }
    push @keep, $socket;
    $next++;
}
$ENV{LISTEN_FDS} = $next - 3;
$ENV{LISTEN_PID} = $$;
exec @command or die "$command[0]: $!\n";
