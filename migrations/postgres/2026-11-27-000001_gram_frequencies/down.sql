DROP TABLE gram_frequencies;
