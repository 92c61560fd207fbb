### What every other file may use, and what is needed to show an argument of a message.

## A text that was written by another party, or before there were messages.

as-written = { $text }

## How long something takes or took. $count is a whole number.

span-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
span-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
span-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
span-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

## A date and a time of day where the person's own time zone is not known.

# $moment is the date and the time, already in the form of the language: 23 Nov 2026, 14:05
moment-utc = { $moment } UTC
