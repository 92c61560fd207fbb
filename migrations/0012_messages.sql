-- What is told is kept as data: a message's id and its arguments, as JSON. A sentence of before stays as it was written.
UPDATE events SET message = json_object('id', 'as-written', 'args', json_object('text', message));
