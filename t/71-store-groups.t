# What one store has and another has not: a route that needs it, and a directive that needs it. Without API v1 the
# modules have neither, so a build of them is given both: they need the second group of verbs, which only the
# database has.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);

use Bookable::Client;
use Bookable::OtherBuild;
use Bookable::Server;

my $build = Bookable::OtherBuild->new(
    [ 'mod_booking/booking_handlers.c', qr/\{"GET", "\/health", (.*?)\},/,
        sub { qq({"GET", "/health", $1},\n    {"GET", "/health/more", $1, 1},) } ],
    [ 'mod_booking/mod_booking.c', qr/\.name = "booking",/, sub { '.name = "booking", .needs = needs,' } ],
    [ 'mod_booking/mod_booking.c', qr/(static const bk_service_t service)/, sub { <<"END" } ],
static const char *needs(const bk_conf_t *conf, int group)
{
    return group == 1 && ((const booking_conf_t *)conf)->max_length == apr_time_from_sec(7 * 3600)
        ? "BookingMaxLength" : NULL;
}
$1
END
);
my $modules = Bookable::OtherBuild::Modules->new->install($build);
local $ENV{BOOKABLE_BUILDDIR} = $modules->dir;

# ---- a route -------------------------------------------------------------------------------------
my %server = map { $_ => Bookable::Server->new(store => $_, children => 1, threads => 4)->start } qw(sqlite shm);
my %client = map { $_ => Bookable::Client->new(base => $server{$_}->base_url) } keys %server;
is($client{$_}->get('/booking/health')->content, 'OK', "$_: a route of the core") for sort keys %client;
is($client{sqlite}->get('/booking/health/more')->content, 'OK', 'sqlite: a route of a group that it has');
is_error($client{shm}->get('/booking/health/more'), 501, [ 'NOT_SUPPORTED', 'Not supported' ],
    'shm: a route of a group that it has not');
is_error($client{shm}->post('/booking/health/more', {}), 405, [ 'METHOD_NOT_ALLOWED' ],
    'shm: a method that the same path has not');
ok($client{shm}->book($client{shm}->member, spaceID => $client{shm}->space)->code == 201,
    'shm: what it has, it does as before');
$_->stop for values %server;

# ---- a directive ---------------------------------------------------------------------------------
for my $row ([ sqlite => '7h', 1 ], [ shm => '6h', 1 ], [ shm => '7h', 0 ]) {
    my ($store, $length, $fits) = @$row;
    my ($exit, $said) = Bookable::Server->configtest(bare => 0, store => $store, config => "BookingMaxLength $length\n");
    is(!$exit, !!$fits, "configtest: BookingMaxLength $length, with the store $store") or diag($said);
    like($said, qr/BookingMaxLength is not right: it needs the store dbd \(got 'shm'\)/, 'and it says which store fits')
        unless $fits;
}
done_testing();
