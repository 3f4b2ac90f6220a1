package Bookable::Visitor;

# Somebody with a browser who signs on to a Bookable::House at a Bookable::SignOn, and the page's own requests.
#
#   my $ann = Bookable::Visitor->new(person => $browser->person('ann'), house => $house, provider => $provider);
#   $ann->log_in(login => 'ann');
#   is($ann->known, 'ann member staff');

use strict;
use warnings FATAL => 'all';

use JSON::PP ();
use Test::More;

my $json = JSON::PP->new->utf8->canonical;

# person    of a Bookable::Browser
# house, provider
# asks      the path at the provider at which people are asked who they are; a pattern
# headers   what the page's own requests have besides, so that the module of httpd does not lead them away
# redirect  what those do where they are led elsewhere (fetch), 'follow' by default
sub new
{
    my ($class, %args) = @_;
    return bless { asks => qr{/}, headers => {}, redirect => 'follow', %args }, $class;
}

sub person { my ($self) = @_; return $self->{person} }

# Sign on, with these fields of the provider's form; returns the page that is shown then.
sub log_in
{
    my ($self, %fields) = @_;
    my ($person, $site) = ($self->{person}, $self->{house}->site);
    my $shown = $person->goto("$site/v1/session/sso?return=/book/");
    like($shown->{url}, qr{^\Q${\$self->{provider}->issuer}\E$self->{asks}}, "$fields{login} is sent to the provider");
    $person->submit(%fields);
    return $person->wait("$site/book/");
}

# Who a user of /v1/session is: login, role, groups.
sub shown
{
    my ($user) = @_;
    return join ' ', $user->{login}, $user->{role}, sort @{ $user->{groups} };
}

# Who a page's script learns that it is; the status, where it is nobody.
sub known
{
    my ($self) = @_;
    my $answer = $self->{person}->fetch('/v1/session', headers => { Accept => 'application/json' });
    return $answer->{status} == 200 ? shown($json->decode($answer->{text})->{user}) : $answer->{status};
}

# The page's silent renewal: its status.
sub renew
{
    my ($self, %headers) = @_;
    return $self->{person}->fetch('/v1/session/sso', method => 'POST', body => '{"cookie":true}', redirect => $self->{redirect},
        headers => { 'Content-Type' => 'application/json', %{ $self->{headers} }, %headers })->{status};
}

# Log out: returns where the page is to go then.
sub log_out
{
    my ($self, $name) = @_;
    my $out = $self->{person}->fetch('/v1/session', method => 'DELETE', headers => { 'Content-Type' => 'application/json' });
    is($out->{status}, 200, "$name logs out");
    return $json->decode($out->{text})->{next};
}

1;
