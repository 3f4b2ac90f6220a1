# Lists of spaces in API v1: what is found, in which order, page by page, while others change them; and who
# sees what.

use strict;
use warnings FATAL => 'all';
use utf8;

use Apache::Test qw(-withtestmore);
use JSON::PP ();
use POSIX ();

use Bookable::Client;
use Bookable::Process ();
use Bookable::Server;
use Bookable::Store;

plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $server = Bookable::Server->new(api => '/v1')->start;
my $client = Bookable::Client->new(base => $server->base_url);
my $admin  = $client->admin;
my $json   = JSON::PP->new->utf8->canonical;

sub body { my ($answer) = @_; return eval { $json->decode($answer->content) } // {} }

sub escape
{
    my ($text) = @_;
    utf8::encode($text);
    return $text =~ s/([^A-Za-z0-9,._-])/sprintf '%%%02X', ord $1/ger;
}

# "q=a b" as a client sends it: pairs of a name and a value.
sub path { my (@pairs) = @_; my @query;
    while (my ($name, $value) = splice @pairs, 0, 2) { push @query, "$name=" . escape($value) }
    return '/v1/spaces?' . join '&', @query }

sub ids { my ($answer) = @_; return join ' ', map { $_->{id} } @{ body($answer)->{items} || [ { id => $answer->code } ] } }

sub finds
{
    my ($pairs, $want, $name, %more) = @_;
    my $answer = $client->get(path(@$pairs), %more);
    return is(ids($answer), $want, $name) || diag($answer->as_string);
}

sub refused
{
    my ($query, $pointer, $name) = @_;
    my $answer = $client->get("/v1/spaces$query");
    my $got = join ' ', $answer->code, body($answer)->{code} // '-', map { $_->{pointer} } @{ body($answer)->{errors} || [] };
    return is($got, "400 bad-parameter $pointer", $name);
}

sub make
{
    my (@spaces) = @_;
    my $answer = $client->post('/v1/spaces/batch', { items => \@spaces }, as => $admin);
    my @failed = grep { $_->{status} != 201 } @{ body($answer)->{items} || [ { status => $answer->code } ] };
    die $answer->as_string if @failed;
    return;
}

finds([], '', 'a list of no spaces is empty');
make(
    { id => 'aula', name => 'Große Aula', building => 'Main', capacity => 300, features => [qw(screen step-free)],
        description => '100% barrier-free_', order => 1 },
    { id => 'r10', name => 'Room 10', building => 'Library', floor => '1', room => '10', capacity => 4,
        features => [qw(screen)], description => 'Quiet' },
    { id => 'r2', name => 'room 2', building => 'Library', floor => '1', room => '2', capacity => 8 },
    { id => 'r1', name => 'Room 1', building => 'Library', floor => '2', room => '1', features => ['screen-wall'] },
    { id => 'musee', name => "Mus\x{e9}e d'art", building => 'Südflügel', capacity => 8, features => [qw(step-free screen)] },
    { id => 'kaigi', name => '第3会議室', building => '東京', capacity => 20 },
    { id => 'gone', name => 'Room 99', building => 'Library', state => 'archived', features => ['screen'] },
);

# ---- order ----------------------------------------------------------------------------------------

finds([], 'musee r1 r2 r10 kaigi aula', 'without sort spaces are in their own order, then by name, numbers by their value');
finds([ sort => 'name' ], 'aula musee r1 r2 r10 kaigi', 'sort=name is by name alone');
finds([ sort => 'capacity' ], 'r10 musee r2 kaigi aula r1', 'sort=capacity is by capacity, unknown ones last, then by name');
finds([ limit => 2 ], 'musee r1', 'limit bounds a page');

# ---- text -----------------------------------------------------------------------------------------

finds([ q => '' ], 'musee r1 r2 r10 kaigi aula', 'an empty q finds all');
finds([ q => 'room' ], 'r1 r2 r10', 'q finds a word in any case');
finds([ q => 'ROO lib' ], 'r1 r2 r10', 'q finds the beginnings of all words, in name and building');
finds([ q => 'oom' ], '', 'q does not find the middle of a word');
finds([ q => 'room main' ], '', 'q finds nothing where one word is missing');
finds([ q => 'quiet' ], 'r10', 'q finds words of the description');
finds([ q => 'step' ], 'musee aula', 'q finds words of features');
finds([ q => '10' ], 'r10 aula', 'q finds the room');
finds([ q => 'musee' ], 'musee', 'q finds what has an accent by what has none');
finds([ q => "MUS\x{c9}E" ], 'musee', 'q finds with an accent, in capitals');
finds([ q => 'grosse' ], 'aula', 'q finds ß by ss');
finds([ q => 'sudfl' ], 'musee', 'q finds the beginning of a building without its marks');
finds([ q => '会議' ], 'kaigi', 'q finds characters within a text without blanks');
finds([ q => "d'art" ], 'musee', 'q takes a quote as it is');
finds([ q => '100%' ], 'aula', 'q takes a percent sign as it is');
finds([ q => $_->[0] ], $_->[1], "q takes $_->[0] as no pattern")
    for [ '%', '' ], [ '_', '' ], [ '\\', '' ], [ '10_', '' ], [ 'roo%', '' ], [ '*', '' ], [ "'", '' ], [ '"', '' ];
finds([ q => 'a b c d e f g h' ], '', 'q may have eight words');
refused('?q=a+b+c+d+e+f+g+h+i', '/q', 'q of nine words is refused');
refused('?q=%ff', '/q', 'q that is no UTF-8 is refused');
refused('?q=' . 'x' x 201, '/q', 'q of 201 characters is refused');

# ---- filters --------------------------------------------------------------------------------------

finds([ building => 'Library' ], 'r1 r2 r10', 'building finds its spaces');
finds([ building => 'library' ], '', 'building is the whole name as it is written');
finds([ building => 'Library', floor => '1' ], 'r2 r10', 'floor is within the building');
finds([ capacityMin => 8 ], 'musee r2 kaigi aula', 'capacityMin leaves out smaller ones and unknown ones');
finds([ capacityMin => 8, capacityMax => 20 ], 'musee r2 kaigi', 'capacityMax leaves out larger ones');
finds([ feature => 'screen' ], 'musee r10 aula', 'feature finds those that have it, and no longer name');
finds([ feature => 'screen,step-free' ], 'musee aula', 'feature finds those that have all');
finds([ feature => 'screen', q => 'room', capacityMax => 4, building => 'Library' ], 'r10', 'filters are combined');
finds([ state => 'archived' ], 'gone', 'state=archived finds archived ones');
finds([ state => 'active,archived', q => 'room' ], 'r1 r2 r10 gone', 'state=active,archived finds both');
finds([ policy => 'nothing' ], '', 'policy of nothing finds nothing');
refused('?colour=red', '/colour', 'an unknown parameter is refused');
refused('?q=a&q=b', '/q', 'a parameter that appears twice is refused');
refused('?sort=size', '/sort', 'an order that is none is refused');
refused('?limit=0', '/limit', 'limit below 1 is refused');
refused('?limit=201', '/limit', 'limit above 200 is refused');
refused('?state=open', '/state', 'a state that is none is refused');
refused('?feature=%22a%22', '/feature', 'a feature with quotes is refused');
refused('?capacityMin=-1', '/capacityMin', 'a capacity below 0 is refused');

# ---- facets ---------------------------------------------------------------------------------------

sub counts { my ($answer, $list) = @_;
    return join ' ', map { ($_->{building} // '') . ($_->{building} ? '/' : '') . "$_->{name}:$_->{count}" } @{ body($answer)->{$list} } }
my $facets = $client->get('/v1/spaces/facets');
is(counts($facets, 'buildings'), 'Library:3 Main:1 Südflügel:1 東京:1', 'facets count buildings');
is(counts($facets, 'floors'), 'Library/1:2 Library/2:1', 'facets count floors of each building');
is(counts($facets, 'features'), 'screen:3 screen-wall:1 step-free:2', 'facets count features');
is(counts($client->get('/v1/spaces/facets?building=Library'), 'features'), 'screen:1 screen-wall:1', 'facets are of what is found');
is($client->get('/v1/spaces/facets', headers => [ 'If-None-Match' => $facets->header('ETag') ])->code, 304,
    'facets that have not changed are answered 304');
is($client->get('/v1/spaces/facets?limit=1')->code, 400, 'facets have no pages');

# Counts are kept: whatever changes them is seen at once, by everybody who may see it.
sub facet_counts { my (%more) = @_; return counts($client->get('/v1/spaces/facets?q=facet', %more), 'features') }
is(facet_counts(), '', 'facets of what is not there are empty');
make({ id => 'facet', name => 'Facet', building => 'Main', features => ['fan'] });
is(facet_counts(), 'fan:1', 'facets count a space that is new');
sub change { my ($members) = @_; return $client->call(PATCH => '/v1/spaces/facet', $members, as => $admin,
    headers => [ 'If-Match' => '*' ]) }
change({ features => [qw(fan lamp)] });
is(facet_counts(), 'fan:1 lamp:1', 'facets count what a space was given');
my $seen_by = sub { my ($who) = @_;
    my $answer = $client->call(PUT => '/v1/policies/facets', { name => 'Facets', see => [$who] }, as => $admin,
        headers => [ $who eq 'group:nobody' ? ('If-None-Match' => '*') : ('If-Match' => '*') ]);
    die $answer->as_string if $answer->code >= 300 };
$seen_by->('group:nobody');
change({ policy => 'facets' });
is(facet_counts(), '', 'facets leave out what is hidden by its policy');
is(facet_counts(as => $admin), 'fan:1 lamp:1', 'facets are of what one sees');
$seen_by->('everyone');
is(facet_counts(), 'fan:1 lamp:1', 'facets count what a policy has opened');
is($client->post('/v1/spaces/facet/archive', { reason => 'Gone' }, as => $admin)->code, 200, 'the space is archived');
is(facet_counts(), '', 'facets leave out what was archived');

# ---- pages ----------------------------------------------------------------------------------------

my $page = $client->get('/v1/spaces?limit=2&q=room');
like($page->header('Link'), qr{^</v1/spaces\?limit=2&q=room&cursor=[\w-]+>; rel="next"$}, 'Link names the next page');
is($page->header('Cache-Control'), 'private, max-age=0, must-revalidate', 'a list is asked for again');
like($page->header('ETag'), qr/^W\//, 'a list has a weak ETag');
is($client->get('/v1/spaces?limit=2&q=room', headers => [ 'If-None-Match' => $page->header('ETag') ])->code, 304,
    'a list that has not changed is answered 304');
my $cursor = body($page)->{next};
is(ids($client->get("/v1/spaces?limit=2&q=room&cursor=$cursor")), 'r10', 'the next page begins behind the last');
is(body($client->get("/v1/spaces?limit=2&q=room&cursor=$cursor"))->{next}, undef, 'the last page has no next');
is(ids($client->get("/v1/spaces?limit=1&q=room&cursor=$cursor")), 'r10', 'a cursor may be read on with another limit');
refused("?limit=2&q=aula&cursor=$cursor", '/cursor', 'a cursor of another filter is refused');
refused("?limit=2&q=room&sort=name&cursor=$cursor", '/cursor', 'a cursor of another order is refused');
refused('?q=room&cursor=' . ($cursor =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er), '/cursor', 'a cursor that was changed is refused');
for my $sort (undef, qw(name capacity)) {
    my @query = (limit => 1, state => 'active,archived', $sort ? (sort => $sort) : ());
    my ($whole, @walked) = ids($client->get(path(@query[ 2 .. $#query ])));
    for (my $next; ;) {
        my $answer = body($client->get(path(@query, $next ? (cursor => $next) : ())));
        push @walked, map { $_->{id} } @{ $answer->{items} };
        $next = $answer->{next} // last;
    }
    is("@walked", $whole, 'pages of one make the whole list, sorted by ' . ($sort // 'nothing'));
}

# ---- a walk while others write --------------------------------------------------------------------

sub name_of { my ($number) = @_; return sprintf 'Walk %s %d', chr(97 + $number * 7 % 26), $number * 13 % 97 }

# Spaces 1 to 120 stay as they are, but for their descriptions; others are made, renamed and archived meanwhile.
make(map { { id => "stay$_", name => name_of($_), capacity => $_ % 9, order => $_ % 3, building => 'Walk' } } 1 .. 120);
make(map { { id => "move$_", name => name_of($_), capacity => $_ % 9, order => $_ % 3, building => 'Walk' } } 1 .. 60);
my @writers = map {
    my $writer = $_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        my $own  = Bookable::Client->new(base => $server->base_url);
        my $turn = 0;
        # Until it is told to end, or nobody is there any more to tell it.
        until (-e "$server->{dir}/enough" || getppid() == 1) {
            my $number = ++$turn % 20 + 1 + 20 * $writer;
            my @change = (as => $admin, headers => [ 'If-Match' => '*' ]);
            $own->post('/v1/spaces', { id => "new$writer.$turn", name => name_of($turn), building => 'Walk',
                capacity => $turn % 9 }, as => $admin);
            $own->call(PATCH => "/v1/spaces/move$number", { name => name_of($turn * 5), order => $turn % 3,
                capacity => $turn % 9 }, @change);
            $own->call(PATCH => "/v1/spaces/stay$number", { description => "turn $turn" }, @change);
            $own->call($turn % 2 ? 'POST' : 'DELETE', "/v1/spaces/move$number/archive", undef, as => $admin);
            if (open my $out, '>', "$server->{dir}/turned$writer") { print {$out} $turn; close $out }
        }
        POSIX::_exit(0);
    }
    $pid;
} 0 .. 2;

sub turns { return map { my $in; open($in, '<', "$server->{dir}/turned$_") ? readline($in) // 0 : 0 } 0 .. 2 }

# Each writer has had a turn before the first walk, or the walks would show nothing.
ok(Bookable::Process::wait_until(60, sub { (grep { $_ > 0 } turns()) == 3 }), 'others write');
my ($walks, %twice, %lost) = (0);
for my $walk (1 .. 3) {
    for my $sort (undef, qw(name capacity)) {
        my @query = (building => 'Walk', limit => 17, $sort ? (sort => $sort) : ());
        my (%seen, $next);
        do {
            my $response = $client->get(path(@query, $next ? (cursor => $next) : ()));
            my $answer   = body($response);
            $response->code == 200 or die $response->as_string;
            $seen{ $_->{id} }++ for @{ $answer->{items} };
            $next = $answer->{next};
        } while ($next);
        # What was renamed meanwhile may rightly be met again, or not at all.
        $lost{$_}++  for grep { !$seen{$_} } map { "stay$_" } 1 .. 120;
        $twice{$_}++ for grep { $seen{$_} > 1 && !/^move/ } keys %seen;
        $walks++;
    }
}
open my $out, '>', "$server->{dir}/enough" or die "enough: $!\n";
close $out;
waitpid $_, 0 for @writers;
is($walks, 9, 'lists were walked to their ends while others wrote');
is(join(' ', sort keys %lost),  '', 'a walk loses no space that is there all the time');
is(join(' ', sort keys %twice), '', 'a walk shows no space twice');

done_testing();
