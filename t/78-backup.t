# The backups of docs/operations.md, run as they are written there, but for places and names: of SQLite while
# bookings are made, of PostgreSQL by its own programs. Nobody else can read them, and what is restored is what
# there was.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use File::Temp ();
use POSIX ();

use Bookable::Client;
use Bookable::Daemon;
use Bookable::Load ();
use Bookable::Postgres;
use Bookable::Server;
use Bookable::Store;

my $DOCS = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../docs');
my $ROOT = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);
chmod 0755, $ROOT;

# The lines of code of the page that follow a text and belong together.
sub lines_after
{
    my ($text) = @_;
    open my $in, '<', "$DOCS/operations.md" or die "operations.md: $!\n";
    local $/;
    my ($block) = <$in> =~ /\Q$text\E.*?\n\n((?:    [^\n]*\n)+)/s or die "operations.md has no lines behind '$text'\n";
    return map { s/^    //r } split /\n/, $block;
}

# Runs them as a script, with names of this test for those of the page: what it said, and its exit code first.
sub run
{
    my ($names, @lines) = @_;
    my $script = join "\n", 'set -e', @lines, '';
    $script =~ s/\Q$_\E/$names->{$_}/g for sort { length $b <=> length $a } keys %$names;
    open my $out, '>', "$ROOT/script" or die "$ROOT/script: $!\n";
    print {$out} $script;
    close $out or die "$ROOT/script: $!\n";
    my $said = qx(cd / && sh '$ROOT/script' 2>&1);
    return ($? >> 8, $said);
}

sub mode { my ($file) = @_; return sprintf '%04o', (stat $file)[2] & 07777 }

# ---- SQLite --------------------------------------------------------------------------------------

SKIP: {
    skip 'the commands are for root', 11 if $> != 0;
    my $server = Bookable::Server->new(store => 'sqlite', children => 2, threads => 8,
        config => $Bookable::Server::PATIENT)->start;
    my $client = Bookable::Client->new(base => $server->base_url);
    my ($ann, $space) = ($client->member, $client->space);
    my $user  = getpwuid((stat $server->db)[4]);
    my $group = getgrgid((stat $server->db)[5]);
    my %names = ('/var/lib/bookable/bookable.db' => $server->db, '/var/backups/bookable' => "$ROOT/backups",
        'www-data -g www-data' => "$user -g $group", 'www-data' => $user);
    is($client->book($ann, spaceID => $space, date => '2031-03-01', startTime => '2031-03-01T10:00:00Z', endTime => '2031-03-01T11:00:00Z')
        ->code, 201, 'a room is booked before the backup');

    my @backup = lines_after('**Backup while httpd runs**');
    my ($code, $said) = run(\%names, @backup);
    is("$code $said", '0 ', 'the backup of SQLite is made as operations.md says');
    is(mode("$ROOT/backups"), '0700', 'nobody else can look into the folder of backups');
    is(mode("$ROOT/backups/bookable.db"), '0600', 'nobody else can read the backup');
    is($client->book($ann, spaceID => $space, date => '2031-03-02', startTime => '2031-03-02T10:00:00Z', endTime => '2031-03-02T11:00:00Z')
        ->code, 201, 'httpd goes on while there is a backup');
    ($code, $said) = run(\%names, @backup);
    is("$code $said", '0 ', 'a second backup takes the place of the first');
    is($client->book($ann, spaceID => $space, date => '2031-03-03', startTime => '2031-03-03T10:00:00Z', endTime => '2031-03-03T11:00:00Z')
        ->code, 201, 'a room is booked after the backup');

    my ($stop, @restore) = lines_after('**Restore**, with httpd stopped');
    my $start = pop @restore;
    is_deeply([ $stop, $start ], [ map { "systemctl $_ apache2" } qw(stop start) ], 'httpd is stopped for the restore');
    $server->stop;
    ($code, $said) = run(\%names, @restore);
    is("$code $said", '0 ', 'the backup is restored as operations.md says');
    $server->start;
    is_deeply([ map { $client->book($ann, spaceID => $space, date => "2031-03-0$_",
        startTime => "2031-03-0${_}T10:00:00Z",
        endTime => "2031-03-0${_}T11:00:00Z")->code } 1 .. 3 ], [ 400, 400, 201 ],
        'what was booked before the backup is booked, what was booked after it is not');
    is($client->get('/user/caller', as => $ann)->code, 200, 'tokens of before are valid');
    $server->finish;
}

# ---- PostgreSQL ----------------------------------------------------------------------------------

my $store    = Bookable::Store->new(kind => 'pgsql')->start;
my $postgres = $store->postgres;
my $server   = Bookable::Server->new(store => $store, children => 2, threads => 4)->start;
my $client   = Bookable::Client->new(base => $server->base_url);
my ($ann, $space) = ($client->member, $client->space);
$client->book($ann, spaceID => $space);
my @TABLES = map { $_->[0] } $postgres->query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
sub contents { return [ map { [ $_, rows_of($_) ] } @TABLES ] }
sub rows_of { my ($table) = @_; return map { join "\t", @$_ } Bookable::Postgres::rows("SELECT t::text FROM $table t ORDER BY 1") }

{
    my %environment = $postgres->environment;
    local %ENV = (%ENV, %environment, PATH => dirname(Bookable::Postgres::program('psql')) . ":$ENV{PATH}");
    my %names = ('/var/backups/bookable' => "$ROOT/dumps", 'host=db1' => "host=127.0.0.1 port=$ENV{PGPORT}",
        'passfile=/root/.pgpass' => "passfile=" . $postgres->passfile,
        ' sslmode=verify-full sslrootcert=/etc/bookable/db-ca.pem' => '');
    my @dump = lines_after('### Backup of PostgreSQL');
    my ($code, $said) = run(\%names, @dump);
    is("$code $said", '0 ', 'the backup of PostgreSQL is made as operations.md says');
    is(mode("$ROOT/dumps/bookable.dump"), '0600', 'nobody else can read the backup of PostgreSQL');
    my $before = contents();
    my @restore = lines_after('Restore into an empty database');
    ($code, $said) = run(\%names, @restore);
    is("$code $said", '0 ', 'the backup of PostgreSQL is restored as operations.md says');
    local $ENV{PGDATABASE} = 'restored';
    is_deeply(contents(), $before, 'all rows of all tables are as they were');
    my $again = Bookable::Server->new(store => $store, children => 1, threads => 4,
        config => 'DBDParams "' . $postgres->conninfo =~ s/dbname=bookable/dbname=restored/r . qq("\n))->start;
    my $other = Bookable::Client->new(base => $again->base_url);
    is($other->get('/user/caller', as => $ann)->code, 200, 'httpd serves what was restored: tokens are valid');
    like($other->book($ann, spaceID => $space)->content, qr/"CONFLICT"/, 'and the room is booked');
    $again->finish;
}
$server->finish;

done_testing();
