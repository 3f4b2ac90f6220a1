# Bookings of mixed lengths at mixed times, in every spelling of an instant, by many clients on few
# spaces, with reads and deletes among them: then the whole history is checked.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;

use Bookable::Load   ();
use Bookable::Server ();

my $SECONDS = $ENV{BOOKABLE_LOAD_SECONDS} || 60;

for my $mpm (Bookable::Server::mpms()) {
    subtest $mpm => sub {
        my $codes = $mpm eq 'event' ? 'standard' : 'reference';
        my $server = Bookable::Server->new(mpm => $mpm, children => 3,
            threads => $mpm eq 'prefork' ? 16 : 32,
            config => "BookableStatusCodes $codes\n$Bookable::Server::PATIENT$Bookable::Server::PATIENT_BREAKER")->start;
        my $load = Bookable::Load->new(base_url => $server->base_url, clients => 32)->prepare;
        my $history = $load->start($SECONDS)->wait(Bookable::Load::EACH_KIND);
        diag "$mpm: ", $load->figures($history);

        my @unexpected = map { "$_->{kind}: $_->{why}" }
            grep { defined $_->{why} } $history->operations;
        is_deeply \@unexpected, [], 'every answer is one that the contract names';
        my $tally = $history->tally;
        ok $tally->{$_}, "there was $_" for qw(book/ok book/conflict delete/ok read/ok);

        my @violations = $history->check($server->store->rows,
            reads => $load->read_back($history));
        is_deeply \@violations, [], 'the checker accepts the history'
            or diag @violations . ' violations';
        ok $server->stop, 'stopped';
    };
}

done_testing;
