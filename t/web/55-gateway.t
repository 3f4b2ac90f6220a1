# The page at a gateway, in front of instances of each service, at / and at a path: t/web/gateway.mjs.

use strict;
use warnings FATAL => 'all';

use Cwd qw(realpath);
use File::Basename qw(dirname);
use Test::More;

use Bookable::Cluster;
use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;

my $CONF = realpath(dirname(__FILE__) . '/../../conf');
my $made = Bookable::Page::made();
for my $path ('', '/book') {
    my $cluster = Bookable::Cluster->new;
    $cluster->gateway("Define BOOKABLE_WEB \"$made\"\n" . ($path ? "Define BOOKABLE_WEB_PATH $path\n" : ''), "Include \"$CONF/web.conf\"\n");
    my $url = $cluster->up or BAIL_OUT('the cluster does not start');
    my $said = '';
    {
        # The script numbers its own steps: they are said as comments of this test.
        open my $out, '>', \$said or die "no string: $!\n";
        my $before = select $out;
        is(Bookable::Page::drive("$url$path", 'gateway.mjs'), 0, 'the page at the gateway, at ' . ($path || '/')) or diag($said);
        select $before;
    }
    $cluster->finish;
}
done_testing;
