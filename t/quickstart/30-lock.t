# ./quickstart knows by locks whether a server runs, and whether another quickstart is at work: no other user of
# the host can hold them.

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);
use lib rel2abs(dirname(__FILE__) . '/../lib');
use Test::More;

use Bookable::Quickstart;

my $quickstart = Bookable::Quickstart->new;
my $run = $quickstart->var . '/run';

sub modes { return join ' ', map { sprintf '%s %o', m{([^/]+)$}, (stat)[2] & 07777 } sort glob "$run/*.lock" }

# As it was made by an older version.
mkdir $quickstart->var or die $quickstart->var . ": $!\n";
mkdir $run or die "$run: $!\n";
for my $name (qw(server quickstart)) {
    open my $out, '>', "$run/$name.lock" or die "$run/$name.lock: $!\n";
    chmod 0644, $out;
}
my ($code, $said) = $quickstart->start('--db', 'sqlite');
is($code, 0, 'a server is started') or diag($said);
is(modes(), 'quickstart.lock 600 server.lock 600', 'its locks are files that nobody else can open');
is(($quickstart->run('status'))[0], 0, 'status says that it runs');
$quickstart->stop;

SKIP: {
    skip 'only root is somebody else', 4 if $> != 0;
    for my $name (qw(server quickstart)) {
        system('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'flock', '-n', "$run/$name.lock", 'true');
        is($? >> 8, 66, "another user cannot lock $name.lock");
    }
    ($code, $said) = $quickstart->run('status');
    is($code, 3, 'status says that none runs');
    ($code, $said) = $quickstart->start();
    is($code, 0, 'a second quickstart starts') or diag($said);
    $quickstart->stop;
}

done_testing();
