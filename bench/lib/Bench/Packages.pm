package Bench::Packages;

# The programs of others that a run needs: what is missing is said before anything is started.

use strict;
use warnings FATAL => 'all';

# Program => Debian's package of it, or a file of the package.
my %PACKAGE = (
    wrk => 'wrk',
    etcd => 'etcd-server',
    haproxy => 'haproxy',
    patroni => 'patroni',
    pgbouncer => 'pgbouncer',
    'redis-server' => 'redis-server',
    nginx => 'nginx',
    sqlite3 => 'sqlite3',
    go => 'golang-go',
    locust => 'python3-locust',
    gnuplot => 'gnuplot-nox',
    perf => 'linux-perf',
    '/usr/share/gocode/src/github.com/go-chi/chi' => 'golang-github-go-chi-chi-dev',
    '/usr/share/gocode/src/github.com/gin-gonic/gin' => 'golang-github-gin-gonic-gin-dev',
    '/usr/share/gocode/src/golang.org/x/crypto' => 'golang-golang-x-crypto-dev',
);

sub _is_there
{
    my ($what) = @_;
    my @places = $what =~ m{/} ? ('') : map { "$_/" } split(/:/, $ENV{PATH}), '/usr/sbin';
    return grep { -e "$_$what" } @places;
}

sub need
{
    my (@what) = @_;
    my @missing = map { $PACKAGE{$_} } grep { !_is_there($_) } @what;
    die "first: apt-get install @missing\n" if @missing;
    return;
}

sub need_peers
{
    return need(qw(go nginx sqlite3 wrk), grep { m{/} } sort keys %PACKAGE);
}

1;
