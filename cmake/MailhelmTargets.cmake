# SPDX-License-Identifier: GPL-3.0-or-later
# The flags of every target, and the three kinds of target that there are.

if(MAILHELM_FUZZ) # some are compiled with the fuzzer's flags and some are not: clang lets them share no header
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()
add_library(mailhelm_flags INTERFACE)
target_compile_features(mailhelm_flags INTERFACE cxx_std_20)
target_include_directories(mailhelm_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_definitions(mailhelm_flags INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_CAST_FROM_BYTEARRAY
  QT_NO_FOREACH QT_NO_KEYWORDS QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400
  MAILHELM_VERSION="${PROJECT_VERSION}")
target_compile_options(mailhelm_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Werror -fno-strict-aliasing $<$<CONFIG:RelWithDebInfo>:-O2 -g1>)
if(NOT MAILHELM_SANITIZE)
  target_compile_definitions(mailhelm_flags INTERFACE _GLIBCXX_ASSERTIONS)
  target_compile_options(mailhelm_flags INTERFACE $<$<CONFIG:RelWithDebInfo>:-fstack-protector-strong>)
else()
  target_compile_options(mailhelm_flags INTERFACE -fsanitize=${MAILHELM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(mailhelm_flags INTERFACE -fsanitize=${MAILHELM_SANITIZE})
endif()
find_program(MAILHELM_MOLD mold)
if(MAILHELM_MOLD)
  target_link_options(mailhelm_flags INTERFACE -fuse-ld=mold)
endif()

# mailhelm_library(NAME SOURCES … LINK …): a static library of one folder. Sources are listed by hand.
# GUI targets ask for their own precompiled header, everything else shares Qt Core's.
function(mailhelm_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PCH")
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC mailhelm_flags ${arg_LINK})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  mailhelm_pch(${name} "${arg_PCH}")
endfunction()

# Whoever asks for no headers of its own shares this one: at 150 MB apiece, one for each target fills disks.
add_library(mailhelm_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch.cpp CONTENT "// Nothing: the library is there for its precompiled header.\n")
target_link_libraries(mailhelm_pch PRIVATE mailhelm_flags Qt6::Core)
target_precompile_headers(mailhelm_pch PRIVATE
  <QByteArray> <QHash> <QList> <QObject> <QString> <algorithm> <memory> <optional> <variant> <vector>)

function(mailhelm_pch name headers)
  if(headers)
    target_precompile_headers(${name} PRIVATE ${headers})
  else()
    target_precompile_headers(${name} REUSE_FROM mailhelm_pch)
  endif()
endfunction()

# mailhelm_program(NAME SOURCES … LINK …)
function(mailhelm_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE mailhelm_flags ${arg_LINK})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# mailhelm_test(NAME SOURCES … LINK … LABEL unit|integration|gui|lint TIMEOUT s): one Qt Test program, run off-screen.
function(mailhelm_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "LABEL;TIMEOUT" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE mailhelm_flags ${arg_LINK} Qt6::Test)
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE MAILHELM_SOURCE_DIR="${CMAKE_SOURCE_DIR}" MAILHELM_BINARY_DIR="${CMAKE_BINARY_DIR}")
  mailhelm_pch(${name} "")
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(MAILHELM_SANITIZE) # they make everything several times slower
    math(EXPR arg_TIMEOUT "5 * ${arg_TIMEOUT}")
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=qt.qpa.*=false;LC_ALL=C.UTF-8")
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()
