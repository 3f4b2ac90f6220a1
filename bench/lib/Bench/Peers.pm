package Bench::Peers;

# What ours is measured beside: the same services as they are commonly written in Go (bench/peers),
# and an nginx that does nothing but answer.

use strict;
use warnings FATAL => 'all';

use Bench::Program ();
use Bookable::File ();
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Spec::Functions qw(rel2abs);

my $PEERS = rel2abs(dirname(__FILE__) . '/../../peers');
my $BUILT = rel2abs(dirname(__FILE__) . '/../../../var/bench/peers');

# With Debian's packages of Go libraries only, and no network.
sub build
{
    make_path($BUILT);
    local @ENV{qw(GO111MODULE GOPATH GOFLAGS GOCACHE)} = ('off', '/usr/share/gocode', '', "$BUILT/cache");
    for my $name (qw(product user space booking)) {
        my @sources = map { "$PEERS/$_.go" } $name, $name eq 'product' ? () : 'trio';
        system('go', 'build', '-o', "$BUILT/$name", @sources) == 0
            or die "go build of $name fails: see bench/peers/README.md\n";
    }
    return;
}

sub _go
{
    my ($name, @others) = @_;
    return Bench::Program->new(
        command => sub {
            return ("$BUILT/$name", "127.0.0.1:$_[0]", map { $_->base_url } @others);
        }
    )->start;
}

sub product { return _go('product') }

# { user, space, booking }, each a program.
#   log  off: without gin's line for each request
sub trio
{
    my (%args) = @_;
    local $ENV{PEER_LOG} = $args{log} // 'on';
    my $user = _go('user');
    my $space = _go('space', $user);
    return { user => $user, space => $space, booking => _go('booking', $user, $space) };
}

my $NGINX = <<'END';
worker_processes 2;
daemon off;
error_log stderr crit;
pid DIR/nginx.pid;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 100000000;
    server {
        listen 127.0.0.1:PORT backlog=4096;
        default_type application/json;
        return 200 '{"product_id":1,"sku":"SKU-000001","manufacturer":"Acme Corporation","category_id":456,"weight":1250,"some_other_id":78}';
    }
}
END

sub nginx
{
    my $command = sub {
        my ($port, $dir) = @_;
        Bookable::File::write_file("$dir/nginx.conf", $NGINX =~ s/DIR/$dir/gr =~ s/PORT/$port/r);
        return ('nginx', '-p', $dir, '-c', "$dir/nginx.conf");
    };
    return Bench::Program->new(command => $command)->start;
}

1;
