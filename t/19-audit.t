# Who did it: httpd and its access log know the caller; what happens to accounts is in the error log, in lines that
# a program can read and nobody can forge; and what is only for one host warns where others reach it.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Bookable::Client;
use Bookable::Process qw(wait_until);
use Bookable::Server;
use Cwd qw(realpath);
use File::Basename qw(dirname);

# As docs/operations.md has them, for whoever reads such lines.
my $DOCS = do { local $/; open my $in, '<', realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../docs/operations.md') or die "operations.md: $!\n"; <$in> };
my ($documented) = $DOCS =~ /^    (BK0\S*\\d\\d: event=.*)$/m or die "operations.md has no expression for lines\n";
my ($failregex)  = $DOCS =~ /^    failregex = (.*)$/m or die "operations.md has none for fail2ban\n";

sub decoded { my ($text) = @_; return $text =~ s/%([0-9A-F]{2})/chr hex $1/ger }

# The lines that were written since the last time: each a hash.
my $seen = 0;
sub audit
{
    my ($server) = @_;
    open my $in, '<', $server->error_log or die $server->error_log . ": $!\n";
    my @all = grep { /\bevent=/ } <$in>;
    my @new = splice @all, $seen;
    $seen += @new;
    my @lines;
    for my $text (@new) {
        chomp $text;
        my ($id) = $text =~ / (BK\d+): event=/;
        my ($event, $user, $by, $from, $more) = $text =~ / $documented/;
        if (!$event) {
            fail("a line can be read: $text");
            next;
        }
        my %line = (id => $id, event => $event, user => $user, by => $by, client => $from, text => $text);
        $line{"+$1"} = decoded($2) while $more =~ / ([a-z]+)=([^ ]*)/g;
        $line{level} = $1 if $text =~ /\[\w+:(\w+)\]/;
        push @lines, \%line;
    }
    return @lines;
}

sub has_line
{
    my ($server, $name, %want) = @_;
    my @lines = audit($server);
    is(scalar(@lines), 1, "$name: one line is logged") or diag(map { "$_->{text}\n" } @lines);
    my $line = $lines[0] // {};
    $want{client} = '127.0.0.1';
    $want{level}  = 'notice';
    my @wrong = grep { ($line->{$_} // 'none') ne $want{$_} } sort keys %want;
    is("@wrong", '', "$name: the line has the fields that it should have") or diag($line->{text});
    return;
}

my $server = Bookable::Server->new(children => 1, threads => 8, cache => 'shmcb', config => sub {
    my ($own) = @_;
    return <<"END" })->start;
LogFormat "%u %{BOOKABLE_USER_ID}e %m %U %>s" callers
CustomLog "@{[ $own->dir ]}/access_log" callers
END
my $client = Bookable::Client->new(base => $server->base_url);

# ---- what happens to accounts --------------------------------------------------------------------------
my $ann = $client->sign_up;
has_line($server, 'sign-up', id => 'BK0235', event => 'sign-up', user => $ann->{id}, by => '-', '+name' => $ann->{name},
    '+role' => 'member');
$ann->{token} = $client->log_in($ann)->header('X-Session-Token');
has_line($server, 'log-in', id => 'BK0230', event => 'log-in', user => $ann->{id}, by => $ann->{id});
$client->log_in($ann, 'open-sesame-in-vain');
has_line($server, 'a wrong password', id => 'BK0231', event => 'log-in-failed', user => $ann->{id}, by => '-',
    '+reason' => 'wrong-password');
$client->log_in({ %$ann, name => 'somebody' });
has_line($server, 'a name of another', event => 'log-in-failed', user => $ann->{id}, '+reason' => 'wrong-user');
$client->log_in({ %$ann, id => 99999999999 });
has_line($server, 'an id of nobody', event => 'log-in-failed', user => 99999999999, '+reason' => 'wrong-user');
$client->get('/user/caller', as => basic($ann->{name}, 'open-sesame-in-vain'));
has_line($server, 'a wrong password as Basic', event => 'log-in-failed', user => $ann->{id}, '+reason' => 'wrong-password');
$client->get('/user/caller', as => basic('nobody at all', 'open-sesame-in-vain'));
has_line($server, 'a name of nobody as Basic', event => 'log-in-failed', user => '-', '+reason' => 'no-such-user');
my $admin = $client->admin;
is(join(' ', map { "$_->{event} " . ($_->{'+role'} // '') } audit($server)), 'sign-up admin log-in ', 'an administrator signs up, and in');
my %as_ann = (as => $ann);
$client->put("/user/$ann->{id}/password", { userPassword => 'open-sesame-2', currentPassword => 'open-sesame-in-vain' }, %as_ann);
has_line($server, 'a wrong present password', event => 'log-in-failed', user => $ann->{id}, by => $ann->{id},
    '+reason' => 'wrong-password');
$client->log_in($ann);    # forgets the failures
audit($server);
$client->put("/user/$ann->{id}/password", { userPassword => 'open-sesame-2', currentPassword => $ann->{password} }, %as_ann);
has_line($server, 'a password, by its user', id => 'BK0233', event => 'password', user => $ann->{id}, by => $ann->{id});
$client->put("/user/$ann->{id}/password", { userPassword => $ann->{password} }, as => $admin);
has_line($server, 'a password, by an administrator', event => 'password', user => $ann->{id}, by => $admin->{id});
$ann->{token} = $client->log_in($ann)->header('X-Session-Token');
audit($server);
$client->put("/user/$ann->{id}/role", { role => 'admin' }, as => $admin);
has_line($server, 'a role', id => 'BK0234', event => 'role', user => $ann->{id}, by => $admin->{id}, '+role' => 'admin');
$client->put("/user/$ann->{id}/role", { role => 'member' }, as => $admin);
has_line($server, 'a role taken', event => 'role', user => $ann->{id}, '+role' => 'member');
my $was = $ann->{name};
$ann->{name} = unique('ann');
$client->put("/user/$ann->{id}/name", { username => $ann->{name} }, as => $admin);
has_line($server, 'another name', id => 'BK0237', event => 'rename', user => $ann->{id}, by => $admin->{id},
    '+name' => $ann->{name}, '+was' => $was);
my $space  = $client->space;
my $own    = $client->book($ann, spaceID => $space)->content;
audit($server);
$client->delete("/booking/2030-05-14/$own", as => $ann);
is(scalar(audit($server)), 0, 'a booking that its owner deletes is not in the audit log');
my $booking = $client->book($ann, spaceID => $space)->content;
audit($server);
$client->delete("/booking/2030-05-14/$booking", as => $admin);
has_line($server, 'a booking, deleted by an administrator', id => 'BK0239', event => 'delete-booking', user => $ann->{id},
    by => $admin->{id}, '+booking' => $booking, '+date' => '2030-05-14', '+space' => $space);
$client->delete("/user/$ann->{id}/session", as => $ann);
has_line($server, 'log-out', id => 'BK0232', event => 'log-out', user => $ann->{id}, by => $ann->{id});
$client->put("/user/$ann->{id}/state", { state => 'disabled' }, as => $admin);
has_line($server, 'a user disabled', id => 'BK0236', event => 'state', user => $ann->{id}, by => $admin->{id},
    '+state' => 'disabled');
$client->log_in($ann);
has_line($server, 'who is disabled', event => 'log-in-failed', user => $ann->{id}, '+reason' => 'disabled');
$client->put("/user/$ann->{id}/state", { state => 'active' }, as => $admin);
has_line($server, 'a user enabled', event => 'state', '+state' => 'active');
$client->delete("/user/$ann->{id}/account", as => $admin);
has_line($server, 'a user deleted', id => 'BK0238', event => 'delete-user', user => $ann->{id}, by => $admin->{id});

# What was refused did not happen.
my $bob = $client->member;
audit($server);
for my $refused ([ PUT => 'role', { role => 'admin' } ], [ PUT => 'state', { state => 'disabled' } ],
    [ PUT => 'name', { username => 'x' } ], [ DELETE => 'account' ]) {
    my ($method, $last, $body) = @$refused;
    $client->call($method, "/user/$admin->{id}/$last", $body, as => $bob);
    $client->call($method, "/user/99999999999/$last", $body, as => $admin);
}
$client->delete("/user/$admin->{id}/account", as => $admin);
is(join(' ', map { $_->{event} } audit($server)), '', 'what was refused has no line');

# ---- names that would be another line ------------------------------------------------------------------
for my $name ('eve event=role user=1 by=2 client=192.0.2.1 role=admin', q{"eve" 'x' \\"y\\" \\\\ %41 = ,;}, "J\xc3\xb6rg",
    'BK0234; event=role', '%0ABK0234') {
    my $text = $name;
    utf8::decode($text);
    my $user = $client->sign_up(name => $text);
    has_line($server, 'a name of odd characters', id => 'BK0235', event => 'sign-up', user => $user->{id}, by => '-',
        '+name' => $name, '+role' => 'member');
}
SKIP: {
    skip 'such names are written into a file', 2 if ($ENV{BOOKABLE_STORE} // 'sqlite') ne 'sqlite';
    my $user = $client->sign_up;
    audit($server);
    system('sqlite3', '-cmd', '.timeout 10000', $server->db,
        "UPDATE users SET name = 'x' || char(10) || '[user:notice] BK0234: event=role user=1 by=2 client=::1' || char(27) || '[2J' WHERE id = $user->{id}") == 0
        or die "sqlite3: exit $?\n";
    $client->put("/user/$user->{id}/name", { username => 'plain' }, as => $admin);
    has_line($server, 'a name of several lines', event => 'rename', user => $user->{id}, '+name' => 'plain',
        '+was' => "x\n[user:notice] BK0234: event=role user=1 by=2 client=::1\e[2J");
}

# ---- what httpd is told --------------------------------------------------------------------------------
sub access
{
    open my $in, '<', $server->dir . '/access_log' or die "access_log: $!\n";
    my @lines = <$in>;
    chomp @lines;
    return @lines;
}

# The line of one request: httpd writes it after the answer.
sub line_of
{
    my ($ask) = @_;
    my $before = access();
    my @lines;
    $ask->();
    wait_until(30, sub { @lines = access(); @lines > $before });
    return $lines[$before] // '';
}
my $carl = $client->member;
wait_until(30, sub { grep { m{POST /user/$carl->{id} } } access() });
my @identified = (
    [ 'by token',           sub { $client->get('/user/caller', as => $carl) } ],
    [ 'by token, from a cache', sub { $client->get('/user/caller', as => $carl) } ],
    [ 'by password',        sub { $client->get('/user/caller', as => basic(@$carl{qw(name password)})) } ],
    [ 'by id and password', sub { $client->get('/user/caller', as => basic(@$carl{qw(id password)})) } ],
    [ 'by name and id',     sub { $client->get('/user/caller', as => basic(@$carl{qw(name id)})) } ],
    [ 'as they log in',     sub { $client->log_in($carl) } ],
    [ 'for a space',        sub { $client->post('/space', {}, as => $carl) } ],
    [ 'for a booking',      sub { $client->get('/booking/2030-05-14/1', as => $carl) } ],
    [ 'for what they may not', sub { $client->put("/user/$admin->{id}/role", { role => 'member' }, as => $carl) } ],
    [ 'as they log out',    sub { $client->delete("/user/$carl->{id}/session", as => $carl) } ],
);
for my $case (@identified) {
    my ($how, $ask) = @$case;
    like(line_of($ask), qr/^\Q$carl->{name}\E $carl->{id} /, "the access log has the caller, $how");
}
for my $case ([ 'with a bad token', sub { $client->get('/user/caller', as => 'Bearer nothing') } ],
    [ 'with a wrong password', sub { $client->get('/user/caller', as => basic($carl->{name}, 'open-sesame-not')) } ],
    [ 'that need not be one', sub { $client->get('/products/1', as => $carl) } ]) {
    my ($how, $ask) = @$case;
    like(line_of($ask), qr/^- - /, "the access log has no caller, $how");
}

my %failed;
open my $failures, '<', $server->error_log or die $server->error_log . ": $!\n";
for my $text (<$failures>) {
    my $pattern = $failregex =~ s/<HOST>/(\\S+)/r;
    $failed{$1}++ if $text =~ /$pattern/;
}
cmp_ok($failed{'127.0.0.1'} // 0, '>=', 6, "the expression for fail2ban finds who guesses");

my $text = do { local $/; open my $in, '<', $server->error_log or die "error_log: $!\n"; <$in> };
is(index($text, 'open-sesame'), -1, 'no line of the log holds a password');
is(index($text, $admin->{token}), -1, 'no line of the log holds a token');
$server->stop;

# ---- where others reach what is for one host -----------------------------------------------------------
sub warnings_of { my ($own, $id) = @_; return scalar grep { /:warn\].* $id:/ } split /\n/, $own->log_tail(2000) }

for my $case ([ '127.0.0.1', 'On', 0 ], [ '0.0.0.0', 'On', 1 ], [ '0.0.0.0', 'Off', 0 ]) {
    my ($address, $on, $warns) = @$case;
    my $port  = Bookable::Server::free_port();
    my $own = Bookable::Server->new(modules => ['user'], children => 1, threads => 2, config => <<"END")->start;
UserAdminSignup Off
Listen $address:$port
<VirtualHost $address:$port>
    UserAdminSignup $on
</VirtualHost>
END
    is(warnings_of($own, 'BK0250'), $warns, "UserAdminSignup $on on $address: " . ($warns ? 'a warning' : 'no warning'));
    $own->stop;
}

# On loopback alone, but behind something.
my %strangers = (
    'X-Forwarded-For' => [ 'X-Forwarded-For' => '192.0.2.7' ],
    'Forwarded'       => [ Forwarded => 'for=192.0.2.7' ],
    'Via'             => [ Via => '1.1 gateway' ],
    "mod_remoteip's header" => [ 'X-Client' => '192.0.2.7' ],
);
for my $what (sort keys %strangers) {
    my $own = Bookable::Server->new(modules => [qw(user booking space)], children => 1, threads => 4, stock => ['remoteip'],
        config => "RemoteIPHeader X-Client\nRemoteIPInternalProxy 127.0.0.1\n")->start;
    my $at   = Bookable::Client->new(base => $own->base_url);
    my $user = $at->member;
    my %as   = (as => basic(@$user{qw(name id)}));
    $at->get('/user/health', %as);
    is(warnings_of($own, 'BK025[12]'), 0, "$what: no warning while all clients are on this host");
    $at->get('/booking/2030-05-14/1', %as, headers => $strangers{$what}) for 1 .. 3;
    is(warnings_of($own, $_), 1, "$what: one warning, $_, however many requests come") for qw(BK0251 BK0252);
    $own->stop;
}
my $safe = Bookable::Server->new(modules => ['user'], children => 1, threads => 4,
    config => "UserAuthSchemes bearer password\nUserAdminSignup Off\n")->start;
Bookable::Client->new(base => $safe->base_url)->get('/user/health', headers => $strangers{Via});
is(warnings_of($safe, 'BK025\d'), 0, 'no warning where neither is on');
$safe->stop;

done_testing();
