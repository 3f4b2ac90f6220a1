package Bookable::Configtest;

# What an administrator writes, as httpd -t judges it: accepted, or refused with a message that helps.
#
#   refused('ProductPath /a b', qr/ProductPath must be/, 'a space in a path');
#   accepted('ProductPath /a', 'a path');
#   judged();
#
# Two run at a time, so that a suite with hundreds of lines keeps both cores of a small machine busy:
# what is said of one is tested when the next but one is begun, and of the last ones by judged().

use strict;
use warnings FATAL => 'all';

use Bookable::Server;
use Exporter 'import';
use Test::More ();

our @EXPORT = qw(accepted judged refused);

use constant AT_A_TIME => 2;

my @running;    # [what waits for the verdict, what is to be thought of it]

# Further arguments are Bookable::Server's.
sub refused
{
    my ($config, $says, $name, %more) = @_;
    return _begin($config, sub {
        my ($exit, $output) = @_;
        Test::More::isnt($exit, 0, "refused: $name");
        Test::More::like($output, $says, "and says why: $name");
    }, %more);
}

sub accepted
{
    my ($config, $name) = @_;
    return _begin($config, sub {
        my ($exit, $output) = @_;
        Test::More::is($exit, 0, "accepted: $name") or Test::More::diag($output);
    });
}

# Waits for those that still run.
sub judged
{
    _judge() while @running;
    return;
}

sub _begin
{
    my ($config, $judge, %more) = @_;
    _judge() if @running >= AT_A_TIME;
    push @running, [ Bookable::Server->begin_configtest(config => "$config\n", %more), $judge ];
    return;
}

sub _judge
{
    my ($verdict, $judge) = @{ shift @running };
    return $judge->($verdict->());
}

1;
