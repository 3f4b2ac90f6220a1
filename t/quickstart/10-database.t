# ./quickstart on a PostgreSQL that runs already: what it makes, says and keeps to itself; what it says
# where it cannot. It works in the checkout, on the build that is there; what it writes goes elsewhere.

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);
use lib rel2abs(dirname(__FILE__) . '/../lib');
use Test::More;

use Bookable::Client;
use Bookable::File ();
use Bookable::Postgres;
use Bookable::Process qw(free_port);
use Bookable::Quickstart;

delete $ENV{BOOKABLE_DB};
my $quickstart = Bookable::Quickstart->new;
my $var      = $quickstart->var;
my $postgres = Bookable::Postgres->new->start;
my $password = $postgres->password;

my $place = '127.0.0.1:' . $postgres->port;
sub url { my ($rest) = @_; return "postgresql://$rest" }

# The argument for a database there, with the password in a file.
sub of_file { my ($name) = @_; return $quickstart->url_file(url("bookable:$password\@$place/$name")) }

sub refuses
{
    my ($name, $said, @args) = @_;
    my ($code, $text) = $quickstart->start(@args);
    ok($code == 1 && $text =~ $said, $name) or diag("exit code $code: $text");
    unlike($text, qr/\Q$password\E/, 'without the password');
    ok(!-e "$var/database", 'a refused --db is not remembered');
    return;
}

# ---- what is wrong, and what would be right ------------------------------------------------------

refuses('no URL', qr/--db: must be postgresql:/, '--db', 'db1');
refuses('another kind', qr/must be postgresql:/, '--db', 'mysql://db1/bookable');
refuses('what would end a line of the configuration', qr/must be postgresql:/, '--db',
    url(qq(x"\nUser root)));
refuses('a file that is not there', qr{no URL in /nosuch}, '--db', '@/nosuch');
my $silent = free_port();
refuses('nobody listens', qr/:$silent.*: .*Connection refused/, '--db',
    url("bookable\@127.0.0.1:$silent/bookable"));
refuses('no such database', qr/"nosuch" does not exist; make it: createdb/, '--db', of_file('nosuch'));
refuses('no password', qr/no password supplied; .*--db \@FILE/, '--db', url("bookable\@$place/bookable"));
$postgres->query('CREATE DATABASE theirs');
refuses('no right to make tables',
    qr/permission denied for schema public; make the user the database's owner/, '--db', of_file('theirs'));
{
    local $postgres->{database} = 'theirs';
    $postgres->query('GRANT ALL ON SCHEMA public TO bookable');
}
refuses('no right to make the extension',
    qr/permission denied to create extension.*CREATE EXTENSION btree_gist/, '--db', of_file('theirs'));

# ---- a start -------------------------------------------------------------------------------------

# The same password and the same socket, in other words.
my $escaped = join '', map { sprintf '%%%02x', ord } split //, $password;
my $there = "$place/bookable?application_name=room%20booking";
my ($code, $said) = $quickstart->start('--db', $quickstart->url_file(url("bookable:$escaped\@$there")));
is($code, 0, 'quickstart starts') or diag($said);
like($said, qr/^admin +name administrator, id \d+, password/m, 'with an administrator');
is(join(' ', map { @$_ } $postgres->query('SELECT name, is_admin FROM users')), 'administrator 1',
    'who is in PostgreSQL');
unlike($said, qr/\Q$password\E|\Q$escaped\E/, 'quickstart prints no password');
ok(!-e "$var/db/bookable.db", 'there is no file');

my $shown = "postgresql://bookable\@$there";
($code, $said) = $quickstart->run('status');
is($code, 0, 'status');
like($said, qr/^database +\Q$shown\E$/m, 'names the database, without a password');

my $client = $quickstart->client;
my $ann = $client->member;
my $space = $client->space;
is($client->book($ann, spaceID => $space)->code, 201, 'a booking');
is_error($client->book($ann, spaceID => $space), 400, ['CONFLICT'], 'an overlapping booking is refused');
is(($postgres->query("SELECT count(*) FROM bookings"))[0][0], 1, 'in PostgreSQL');
cmp_ok(($postgres->query(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'room booking'"))[0][0], '>=', 2,
    'through connections of its own');

is((stat "$var/$_")[2] & 0777, 0600, "$_ can be read by nobody else") for qw(httpd.conf database);
my @places = grep { !m{/(?:httpd\.conf|database)$} } $quickstart->places_of($password, $escaped);
is("@places", '', 'the password is in no other file, logs among them, and in no command line');

# ---- again ---------------------------------------------------------------------------------------

($code, $said) = $quickstart->run();
is($code, 0, 'once more');
like($said, qr/already running/, 'changes nothing');
($code, $said) = $quickstart->run('--db', 'sqlite');
is($code, 1, 'another database');
like($said, qr/already running on \Q$shown\E; .*stop first/, 'needs a stop');
$quickstart->stop;
($code, $said) = $quickstart->run();
is($code, 0, 'what was said last holds') or diag($said);
like($said, qr/there is one already.*--driver pgsql --params '[^']*'/s,
    'quickstart says that there is an administrator already');
is($client->log_in($ann)->code, 200, 'as is everybody else');
$quickstart->stop;

$ENV{BOOKABLE_DB} = 'sqlite';
($code, $said) = $quickstart->start();
is($code, 0, 'back to a file, by the environment') or diag($said);
ok(-s "$var/db/bookable.db", 'quickstart makes the SQLite file');
is($client->log_in($ann)->code, 404, 'users of the PostgreSQL server are not in the SQLite file');
like(($quickstart->run('status'))[1], qr{^database +/.*/bookable\.db$}m, 'status names it');
$quickstart->stop;
delete $ENV{BOOKABLE_DB};

# A command line can be seen.
($code, $said) = $quickstart->start("--db=" . url("bookable:$password\@$place/bookable"));
is($code, 0, 'a URL on the command line');
like($said, qr/everybody on this host can see.*--db \@FILE, or BOOKABLE_DB/s, 'is warned of where it holds a password');
$quickstart->stop;

# By the socket, as the user of httpd's children.
my $user = $> == 0 ? 'www-data' : getpwuid $>;
my $folder = $postgres->{dir};
$postgres->query(qq(CREATE ROLE "$user" LOGIN), qq(CREATE DATABASE local OWNER "$user"));
my $rules = Bookable::File::slurp("$folder/data/pg_hba.conf");
open my $out, '>', "$folder/data/pg_hba.conf" or die "pg_hba.conf: $!\n";
print {$out} "local all $user peer\n", $rules;
close $out or die "pg_hba.conf: $!\n";
kill HUP => $postgres->pid;
($code, $said) = $quickstart->start('--db',
    "postgresql://$user\@/local?host=$folder&port=" . $postgres->port);
is($code, 0, 'a unix socket, and no password at all') or diag($said);
ok($client->sign_up->{id}, 'serves');
$quickstart->stop;

done_testing();
