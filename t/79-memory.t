# Memory is refused while a request of API v1 is answered: one allocation fails, each time a later one. The request may
# fail, and the child may end. But nothing is done by half: with its Idempotency-Key the request is sent again, and what
# it asks for is there once.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Temp ();

use Bookable::Client;
use Bookable::File qw(slurp);
use Bookable::Held;
use Bookable::Process qw(wait_until);
use Bookable::Said qw(must);
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();
plan skip_all => 'memcheck and sanitizers have allocators of their own' if $ENV{VALGRIND} || $ENV{SANLOG};

my $dir  = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);
my $file = "$dir/left";
sub refuse { my ($after) = @_; open my $out, '+<', $file or die "$file: $!\n"; syswrite $out, pack 'l', $after; return close $out }
sub left { open my $in, '<', $file or die "$file: $!\n"; sysread $in, my $bytes, 4; return unpack 'l', $bytes }
{ open my $out, '>', $file or die "$file: $!\n"; syswrite $out, pack 'l', 0 }
chmod 0666, $file;
chmod 0755, $dir;

my $server = Bookable::Server->new(api => '/v1', children => 2);
{
    local @ENV{qw(LD_PRELOAD BOOKABLE_REFUSED)} = (Bookable::Held::preload($dir, 'refused'), $file);
    $server->start;
}
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my $ann    = $client->member;
must(201, $client->put('/v1/policies/p', { name => 'P', book => ['everyone'], quota => [ { id => 'q', per => 'future', count => 1000 } ] }, as => $admin,
    headers => [ 'If-None-Match' => '*' ]));
must(201, $client->post('/v1/spaces', { id => 'm-1', name => 'One', timeZone => 'UTC', policy => 'p' }, as => $admin));

# What is sent, by a number: a booking, or a series of three.
my %kinds = (
    booking => sub { my ($n) = @_; return ('/v1/bookings', { space => 'm-1', start => sprintf('2030-05-%02dT%02d:00', 1 + $n % 28, int $n / 28), minutes => 60 }) },
    series  => sub { my ($n) = @_; return ('/v1/series', { space => 'm-1', start => sprintf('2031-%02d-01T%02d:00', 1 + $n % 12, int $n / 12), minutes => 60,
        rule => { freq => 'daily', count => 3 } }) },
);
sub count { my ($table) = @_; my ($row) = $server->query("SELECT count(*) FROM $table"); return $row->[0] }
my %rows = (booking => 1, series => 3);
my ($failed, $number, $rows) = (0, 0, 0);
for my $kind (sort keys %kinds) {
    for (my $after = 1; $after < 2000; $after = int($after * 1.4) + 1) {
        my @sent = ($kinds{$kind}->($number++), as => $kind eq 'series' ? $admin : $ann, headers => [ 'Idempotency-Key' => "key-$number" ]);
        refuse($after);
        my $answer = $client->post(@sent);
        my $is_late = left();
        refuse(0);
        $failed++ if $answer->code >= 500;
        $client->{agent}->conn_cache->drop;
        my $again;
        wait_until(60, sub { ($again = $client->post(@sent))->code == 201 });
        $rows += $rows{$kind};
        is($again->code, 201, "a $kind can be made when allocation $after was refused") or diag($answer->as_string, $again->as_string);
        is(count('bookings'), $rows, "a $kind is there once when allocation $after was refused");
        last if $is_late;
    }
}
cmp_ok($failed, '>', 5, 'requests fail for want of memory');
my @unsaid = grep { /BK0103: the store failed: (?:not an error|\s*$)/ } split /\n/, slurp($server->error_log);
is(scalar @unsaid, 0, 'what the database failed of is in the log') or diag(@unsaid);
$server->finish;
done_testing;
