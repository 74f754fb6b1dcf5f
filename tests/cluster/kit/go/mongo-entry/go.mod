module ca3.tests/mongo-entry

go 1.23
