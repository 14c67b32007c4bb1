DROP TABLE listing_behind;
