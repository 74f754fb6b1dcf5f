module ca3.tests/pause

go 1.23
