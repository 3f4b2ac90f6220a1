package Bookable::Said;

# What answers of API v1 say: looked at by a status, and by words picked from their bodies.

use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
use JSON::PP ();
use Test::More ();

our @EXPORT_OK = qw(body says shows refuses must);

my $json = JSON::PP->new->utf8->canonical;

# The object in a body; an empty one where there is none.
sub body { my ($answer) = @_; return eval { $json->decode($answer->content) } // {} }

# A success: that status, and these members among those of the answer.
sub shows
{
    my ($answer, $status, $members, $name) = @_;
    my $body  = body($answer);
    my @wrong = $answer->code == $status ? () : ("status " . $answer->code);
    for my $member (sort keys %$members) {
        my ($got, $want) = map { $json->encode([$_]) } $body->{$member}, $members->{$member};
        push @wrong, "$member $got, not $want" if $got ne $want;
    }
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    Test::More::ok(!@wrong, $name) || Test::More::diag(substr(join("\n", @wrong, $answer->{line}, $answer->content), 0, 1500));
    return $body;
}

# The answer has that status, and of its body what the function picks is that list of words.
sub says
{
    my ($answer, $status, $pick, $want, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = join ' ', map { $_ // 'null' } eval { $pick->(body($answer)) };
    Test::More::ok($answer->code == $status && $got eq $want, $name)
        || Test::More::diag(substr("got: $got\nnot: $want\n$answer->{line}\n" . $answer->as_string, 0, 2500));
    return body($answer);
}

# A problem of that status, type and code, with the pointers of its faults.
sub refuses
{
    my ($answer, $status, $code, $name, @places) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $type = $answer->header('Content-Type') // '';
    my $said = sub {
        my ($body) = @_;
        return ($type eq 'application/problem+json' ? $body->{code} : $type, map { $_->{pointer} } @{ $body->{errors} || [] });
    };
    return says($answer, $status, $said, join(' ', $code, @places), $name);
}

# What a test only needs: the body, if it has that status.
sub must
{
    my ($status, $answer) = @_;
    $answer->code == $status or die "$answer->{line}\n", $answer->as_string;
    return body($answer);
}

1;
