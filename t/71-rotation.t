# conf/logrotate/house by logrotate itself, on a server that goes on serving: each line is in one of the files,
# and no request fails.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);

use Bookable::Client;
use Bookable::Process qw(group wait_until);
use Bookable::Server;

plan skip_all => 'no logrotate' if system('logrotate --version > /dev/null 2>&1') != 0;

my $CONF = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');

my $server = Bookable::Server->new(store => 'sqlite', children => 2, threads => 4)->start;
my $dir    = $server->dir;
my $client = Bookable::Client->new(base => $server->base_url);

# What it says to systemd, systemd says to httpd.
my ($pid) = $server->pid;
chmod 0755, $server->write_file('bin/systemctl', <<"END");
#!/bin/sh
case \$1 in
is-active) exit 0 ;;
reload) exec kill -USR1 $pid ;;
*) exit 1 ;;
esac
END

open my $in, '<', "$CONF/logrotate/house" or die "logrotate/house: $!\n";
my $text = do { local $/; <$in> };
my $user = $> == 0 ? 'nobody ' . group() : (getpwuid $>)[0] . ' ' . (getgrgid +(split ' ', $))[0])[0];
is($text =~ s{/var/log/bookable/\*\.log}{$dir/log/*.log}g, 1, 'it names the folder of the logs once');
is($text =~ s/^    su bookable bookable$/    su $user/mg, 1, 'it names their user once');
my $file = $server->write_file('rotation', $text);

# The error log is in a folder of its own, as systemd makes it.
mkdir "$dir/log" or die "$dir/log: $!\n";
Bookable::Daemon::give_to_nobody("$dir/log");
{
    no warnings 'redefine';
    *Bookable::Server::error_log = sub { return "$dir/log/bookable_error.log" };
}
$server->restart;

my %signed_up;

sub sign_up
{
    my ($count) = @_;
    for (1 .. $count) {
        my $ann = $client->sign_up;
        $signed_up{ $ann->{id} } = 1;
    }
    return;
}

# As often as one likes: a log that is empty is left alone.
sub rotate
{
    my ($what) = @_;
    # httpd makes them one by one: one that came late would pass for a new one.
    ok(wait_until(60, sub { 2 == (() = $server->children) }), "$what: all children are there");
    my @old = $server->children;
    local $ENV{PATH} = "$dir/bin:$ENV{PATH}";
    my $said = qx(logrotate --force --state '$dir/state' '$file' 2>&1);
    is("$? $said", '0 ', "$what: logrotate says nothing");
    return sub {
        my %old = map { $_ => 1 } @old;
        ok(wait_until(60, sub { !grep { $old{$_} } $server->children }), "$what: all children are new ones");
    };
}

sign_up(3);
my $renewed = rotate('the first time');
sign_up(3);    # by children of either kind
$client->{agent}->conn_cache->drop;
$renewed->();
sign_up(3);
$renewed = rotate('the second time');
sign_up(3);
$client->{agent}->conn_cache->drop;
$renewed->();
sign_up(3);

my @files = glob "$dir/log/*";
is_deeply([ map { s{.*/}{}r } @files ],
    [ map { "bookable_error.log$_" } '', '.1', '.2.gz' ], 'the last but one is compressed, as all before it will be');
my $all = qx(zcat -f @files);
my %logged;
$logged{$1}++ while $all =~ /BK0235: event=sign-up user=(\d+) /g;
is_deeply(\%logged, \%signed_up, 'each sign-up is in one of the logs, once');

done_testing();
