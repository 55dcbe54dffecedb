#include "cli/command.h"

int main(int argc, char** argv) { return newsmill::cli::newsmill(argc, argv); }
